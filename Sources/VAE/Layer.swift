import Differentiation
import Tensors

/// One trained layer, with or without ReLU behind it. Takes rows and gives rows: an image of a convolution is a row
/// of height·width·channels numbers.
struct Layer: Hashable, Sendable {
  enum Map: Hashable, Sendable {
    /// x·W + b.
    case dense(inputs: Int, outputs: Int)
    case convolution(of: ImageShape, filters: Int, size: Int, stride: Int, padding: ConvolutionPadding)
    /// Gives stride times the height and the width.
    case transposedConvolution(of: ImageShape, filters: Int, size: Int, stride: Int)
  }

  let name: String
  let map: Map
  let isRectified: Bool
  /// He's normal start instead of Glorot's uniform one.
  var startsByHe = false

  /// Kernel and bias.
  var parameters: [Parameter] {
    let kernel: Shape
    let axes: [String]
    let inputs: Int
    let outputs: Int
    let biases: Int
    switch map {
    case .dense(let from, let to):
      (kernel, axes) = ([from, to], ["input", "output"])
      (inputs, outputs, biases) = (from, to, to)
    case .convolution(let image, let filters, let size, _, _):
      (kernel, axes) = ([size, size, image.channels, filters], ["height", "width", "input", "output"])
      (inputs, outputs, biases) = (size * size * image.channels, size * size * filters, filters)
    case .transposedConvolution(let image, let filters, let size, _):
      (kernel, axes) = ([size, size, filters, image.channels], ["height", "width", "output", "input"])
      (inputs, outputs, biases) = (size * size * image.channels, size * size * filters, filters)
    }
    return [
      Parameter(
        name: name + "/kernel", axes: axes, shape: kernel,
        start: startsByHe ? .heNormal(inputs: inputs) : .glorotUniform(inputs: inputs, outputs: outputs)),
      Parameter(name: name + "/bias", axes: ["output"], shape: [biases], start: .zero),
    ]
  }

  /// What comes out for one row; 1×1×n behind a dense layer.
  var output: ImageShape {
    switch map {
    case .dense(_, let outputs):
      return ImageShape(height: 1, width: 1, channels: outputs)
    case .convolution(let image, let filters, let size, let stride, let padding):
      let windows = ConvolutionWindows(
        images: [1, image.height, image.width, image.channels],
        kernel: [size, size, image.channels, filters],
        stride: stride, padding: padding)
      return ImageShape(height: windows.rows, width: windows.columns, channels: filters)
    case .transposedConvolution(let image, let filters, _, let stride):
      return ImageShape(height: image.height * stride, width: image.width * stride, channels: filters)
    }
  }

  /// - Parameter rows: [rows, inputs].
  /// - Returns: [rows, `output.count`].
  func callAsFunction(_ rows: Node, kernel: Node, bias: Node) -> Node {
    let count = rows.shape[0]
    func images(_ image: ImageShape) -> Node {
      rows.reshaped([count, image.height, image.width, image.channels])
    }
    let product: Node =
      switch map {
      case .dense:
        .matrixProduct(rows, kernel)
      case .convolution(let image, _, _, let stride, let padding):
        .convolution(images(image), kernel, stride: stride, padding: padding)
      case .transposedConvolution(let image, _, _, let stride):
        .transposedConvolution(images(image), kernel, stride: stride)
      }
    // Every position of every row gets the same bias.
    let positions = product.reshaped([count * output.height * output.width, output.channels])
    let sum = positions + bias.reshaped([1, output.channels])
    return (isRectified ? sum.relu() : sum).reshaped([count, output.count])
  }
}
