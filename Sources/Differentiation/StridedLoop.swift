import Tensors

/// Visits all elements of several operands together in as few contiguous runs as their strides allow.
///
/// Neighbouring axes that every operand steps through evenly are merged, so that equal shapes are one run and a
/// row vector added to a matrix is one run per row.
struct StridedLoop {
  /// Elements of one run.
  let runCount: Int
  /// Step of each operand inside a run: 0 or 1.
  let innerSteps: [Int]
  private let outerLengths: [Int]
  /// For each axis the stride of each operand.
  private let outerStrides: [SIMD8<Int>]

  /// - Parameter strides: for each operand, the elements per step along each axis of `shape`; 0 repeats. At most eight
  ///   operands and eight axes that cannot be merged.
  init(shape: Shape, strides: [[Int]]) {
    var lengths: [Int] = []
    var steps: [[Int]] = []
    for axis in 0..<shape.rank where shape[axis] != 1 {
      let axisSteps = strides.map { $0[axis] }
      if let last = steps.last, zip(last, axisSteps).allSatisfy({ $0 == $1 * shape[axis] }) {
        lengths[lengths.count - 1] *= shape[axis]
        steps[steps.count - 1] = axisSteps
      } else {
        lengths.append(shape[axis])
        steps.append(axisSteps)
      }
    }
    if let last = steps.last, last.allSatisfy({ $0 == 0 || $0 == 1 }) {
      runCount = lengths.removeLast()
      innerSteps = steps.removeLast()
    } else {
      runCount = 1
      innerSteps = strides.map { _ in 1 }
    }
    precondition(strides.count <= 8 && lengths.count <= 8)
    outerLengths = lengths
    outerStrides = steps.map { steps in
      var padded = SIMD8<Int>(repeating: 0)
      for (operand, step) in steps.enumerated() { padded[operand] = step }
      return padded
    }
  }

  private init(runCount: Int, innerSteps: [Int], outerLengths: [Int], outerStrides: [SIMD8<Int>]) {
    (self.runCount, self.innerSteps) = (runCount, innerSteps)
    (self.outerLengths, self.outerStrides) = (outerLengths, outerStrides)
  }

  /// Runs that one operand goes through again and again while the others go on: `repeats` of them lie together.
  struct RepeatedRuns {
    let repeats: Int
    /// Elements of one of them.
    let runCount: Int
    /// One run for all repeats.
    let loop: StridedLoop
  }

  /// The innermost runs where `operand` repeats its run and every other one is contiguous; nil where that is not so.
  func runs(repeating operand: Int, of operandCount: Int) -> RepeatedRuns? {
    guard let repeats = outerLengths.last, let strides = outerStrides.last,
      innerSteps.allSatisfy({ $0 == 1 }),
      (0..<operandCount).allSatisfy({ strides[$0] == ($0 == operand ? 0 : runCount) })
    else { return nil }
    return RepeatedRuns(
      repeats: repeats, runCount: runCount,
      loop: StridedLoop(
        runCount: repeats * runCount, innerSteps: innerSteps, outerLengths: outerLengths.dropLast(),
        outerStrides: outerStrides.dropLast()))
  }

  /// Calls `body` with the run length and each operand's offset of the run's first element. Does not allocate.
  @inline(__always)
  func forEachRun(_ body: (_ count: Int, _ offsets: SIMD8<Int>) -> Void) {
    var index = SIMD8<Int>(repeating: 0)
    var offsets = SIMD8<Int>(repeating: 0)
    while true {
      body(runCount, offsets)
      var axis = outerLengths.count - 1
      while axis >= 0 {
        index[axis] += 1
        offsets &+= outerStrides[axis]
        if index[axis] < outerLengths[axis] { break }
        offsets &-= outerStrides[axis] &* outerLengths[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
