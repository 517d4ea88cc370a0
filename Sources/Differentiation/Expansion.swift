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
  /// The axis that is cut: blocks go through it one after the other, and through all before it one by one.
  let axis: Int
  /// Its elements in a block, and in the last one, which may be shorter.
  let steps: Int
  let lastSteps: Int
  /// How many blocks its length takes.
  let count: Int
  private let dimensions: [Int]

  /// - Parameters:
  ///   - shape: of two elements or more.
  ///   - limit: elements of a block, 1 or more.
  init(_ shape: Shape, atMost limit: Int) {
    dimensions = shape.dimensions
    var (axis, inner) = (dimensions.count - 1, 1)
    while axis > 0, inner * dimensions[axis] <= limit {
      inner *= dimensions[axis]
      axis -= 1
    }
    self.axis = axis
    let length = dimensions[axis]
    steps = min(limit / inner, length)
    count = (length + steps - 1) / steps
    lastSteps = length - (count - 1) * steps
  }

  var outer: [Int] { Array(dimensions[..<axis]) }
  var block: [Int] { [steps] + dimensions[(axis + 1)...] }
  var lastBlock: [Int] { [lastSteps] + dimensions[(axis + 1)...] }
}

/// One operand of a kernel that works block by block.
struct BlockOperand<S: Scalar> {
  private let pointer: UnsafeMutablePointer<S>
  /// From one block to the next.
  private let blockStride: Int
  /// Where it is not contiguous within a block: memory for the operand written out, as all blocks but the last need it, and
  /// as the last.
  private let expanded: (memory: Storage<S>, expansion: Expansion, lastExpansion: Expansion)?
  private let changes: Changes

  /// How often another part of the operand is written out.
  private enum Changes { case never, withOuterAxes, withEachBlock }

  init(_ pointer: UnsafeMutablePointer<S>, strides: [Int], _ blocks: TrailingBlocks) {
    self.pointer = pointer
    let own = Array(strides[blocks.axis...])
    blockStride = own[0] * blocks.steps
    let block = Shape(blocks.block)
    let contiguous = block.strides(broadcastTo: block)
    let isContiguous = block.dimensions.indices.allSatisfy { block[$0] == 1 || own[$0] == contiguous[$0] }
    expanded =
      isContiguous
      ? nil
      : (
        Storage(count: block.count), Expansion(of: own, to: blocks.block),
        Expansion(of: own, to: blocks.lastBlock)
      )
    let isSameOutside = zip(blocks.outer, strides).allSatisfy { $0 == 1 || $1 == 0 }
    changes = own[0] != 0 && blocks.count > 1 ? .withEachBlock : isSameOutside ? .never : .withOuterAxes
  }

  /// To be called once before a run.
  func prepare() { if changes == .never { write(pointer) } }

  /// To be called at each place along the axes in front of the cut one, before its blocks.
  ///
  /// - Parameter offset: the operand's first element there.
  func prepare(at offset: Int) { if changes == .withOuterAxes { write(pointer + offset) } }

  /// A block in one run.
  ///
  /// - Parameter offset: as in `prepare`.
  func block(_ number: Int, at offset: Int, isLast: Bool) -> UnsafeMutablePointer<S> {
    let first = pointer + offset + number * blockStride
    guard let expanded else { return first }
    if changes == .withEachBlock {
      (isLast ? expanded.lastExpansion : expanded.expansion).write(first, to: expanded.memory.pointer)
    }
    // What does not change with blocks begins with the shorter last one.
    return expanded.memory.pointer
  }

  private func write(_ first: UnsafeMutablePointer<S>) {
    if let expanded { expanded.expansion.write(first, to: expanded.memory.pointer) }
  }
}
