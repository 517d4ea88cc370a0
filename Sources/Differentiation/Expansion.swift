import Tensors

/// Writes out an operand, some of whose axes are repeated.
struct Expansion {
  private let loop: StridedLoop
  /// A repeated run lies so many times behind itself.
  private let repeats: Int
  private let runCount: Int

  /// - Parameters:
  ///   - strides: of the operand, the elements per step along each axis; 0 repeats.
  ///   - dimensions: of the result.
  init(of strides: [Int], to dimensions: [Int]) {
    let shape = Shape(dimensions)
    let loop = StridedLoop(shape: shape, strides: [strides, shape.strides(broadcastTo: shape)])
    if let runs = loop.runs(repeating: 0, of: 2) {
      (self.loop, repeats, runCount) = (runs.loop, runs.repeats, runs.runCount)
    } else {
      (self.loop, repeats, runCount) = (loop, 1, loop.runCount)
    }
  }

  /// x and y do not overlap.
  func write<S: Scalar>(_ x: UnsafePointer<S>, to y: UnsafeMutablePointer<S>) {
    if loop.innerSteps[0] == 0 {
      loop.forEachRun { count, offsets in S.fill(count, x[offsets[0]], y + offsets[1]) }
    } else {
      loop.forEachRun { _, offsets in S.repeat(runCount, times: repeats, x + offsets[0], y + offsets[1]) }
    }
  }
}

/// A shape cut into blocks of its last axes, each of which is one run of a contiguous array.
struct TrailingBlocks {
  /// How often blocks lie behind each other, along the axes in front.
  let outer: [Int]
  /// Of a block: the last axes, and of the one before them as many steps as divide it.
  let inner: [Int]

  /// - Parameter limit: elements of a block.
  init(_ shape: Shape, atMost limit: Int) {
    var outer = shape.dimensions
    var (inner, count): ([Int], Int) = ([], 1)
    while let length = outer.popLast() {
      let steps = (1...max(length, 1)).last { length % $0 == 0 && $0 * count <= limit } ?? 1
      inner.insert(steps, at: 0)
      count *= steps
      if steps < length {
        outer.append(length / steps)
        break
      }
    }
    (self.outer, self.inner) = (outer, inner)
  }

  /// Strides from block to block of an array with these strides along the shape's axes.
  func outerStrides(_ strides: [Int]) -> [Int] {
    let axes = outer.indices
    // An axis that is cut appears on both sides.
    return axes.map {
      strides[$0] * (outer.count + inner.count > strides.count && $0 == axes.last ? inner[0] : 1)
    }
  }

  /// Strides within a block.
  func innerStrides(_ strides: [Int]) -> [Int] { strides.suffix(inner.count) }
}

/// One operand of a kernel that works block by block.
struct BlockOperand<S: Scalar> {
  private let pointer: UnsafeMutablePointer<S>
  /// Where it is not contiguous within a block.
  private let expansion: Expansion?
  private let expanded: Storage<S>
  private let isSameInAllBlocks: Bool

  init(_ pointer: UnsafeMutablePointer<S>, strides: [Int], _ blocks: TrailingBlocks) {
    self.pointer = pointer
    let inner = Shape(blocks.inner)
    let (own, contiguous) = (blocks.innerStrides(strides), inner.strides(broadcastTo: inner))
    let isContiguous = inner.dimensions.indices.allSatisfy { inner[$0] == 1 || own[$0] == contiguous[$0] }
    expansion = isContiguous ? nil : Expansion(of: own, to: blocks.inner)
    expanded = Storage(count: isContiguous ? 0 : inner.count)
    isSameInAllBlocks = zip(blocks.outer, blocks.outerStrides(strides)).allSatisfy { $0 == 1 || $1 == 0 }
  }

  /// To be called once before the first block of a run.
  func prepare() {
    if isSameInAllBlocks { expansion?.write(pointer, to: expanded.pointer) }
  }

  /// The block whose first element is the operand's at `offset`, in one run.
  func block(at offset: Int) -> UnsafeMutablePointer<S> {
    guard let expansion else { return pointer + offset }
    if !isSameInAllBlocks { expansion.write(pointer + offset, to: expanded.pointer) }
    return expanded.pointer
  }
}
