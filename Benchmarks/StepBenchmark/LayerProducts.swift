import Tensors

/// The matrix products of one layer: X [rows, inputs], W [inputs, outputs], Y [rows, outputs]. For a convolution a row is
/// a window, an input a number under it; whether it is transposed only changes which product is made when.
struct LayerProducts {
  var rows: Int
  let inputs: Int
  let outputs: Int
  /// Rows of X that are there at a time: all, or of a convolution as many as stay in a cache.
  let blockRows: Int
  /// X where most of it is zero, row-major; such products are made only with what is not.
  var sparse: [Float]?
  /// How often X·W, Xᵀ·Y and Y·Wᵀ are needed.
  var forward = 1
  var ofKernel = 1
  var ofInput = 1

  /// Bytes of a convolution's patches that are there at a time.
  private static let cached = 512 << 10

  /// - Parameters:
  ///   - kernel: [inputs, outputs], or [height, width, channels, filters].
  ///   - rows: of the matrices.
  init(kernel: Shape, rows: Int) {
    self.rows = rows
    outputs = kernel[kernel.rank - 1]
    inputs = kernel.count / outputs
    let cachedRows = Self.cached / (inputs * MemoryLayout<Float>.stride)
    blockRows = kernel.rank == 2 ? rows : min(rows, cachedRows)
  }
}
