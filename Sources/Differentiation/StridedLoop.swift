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
  /// `outerStrides[axis][operand]`.
  private let outerStrides: [[Int]]
  private let operandCount: Int

  /// - Parameter strides: for each operand, the elements per step along each axis of `shape`; 0 repeats.
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
    outerLengths = lengths
    outerStrides = steps
    operandCount = strides.count
  }

  /// Calls `body` with the run length and each operand's offset of the run's first element. Does not allocate for
  /// up to eight axes and operands.
  @inline(__always)
  func forEachRun(_ body: (_ count: Int, _ offsets: SIMD8<Int>) -> Void) {
    precondition(operandCount <= 8 && outerLengths.count <= 8)
    var index = SIMD8<Int>(repeating: 0)
    var offsets = SIMD8<Int>(repeating: 0)
    while true {
      body(runCount, offsets)
      var axis = outerLengths.count - 1
      while axis >= 0 {
        index[axis] += 1
        for operand in 0..<operandCount { offsets[operand] += outerStrides[axis][operand] }
        if index[axis] < outerLengths[axis] { break }
        for operand in 0..<operandCount {
          offsets[operand] -= outerStrides[axis][operand] * outerLengths[axis]
        }
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
