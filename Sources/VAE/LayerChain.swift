import Tensors

/// Layers one behind the other: each takes what the one before it gives. Names are `<name>_1`, `<name>_2`, ….
struct LayerChain {
  private(set) var layers: [Layer] = []
  /// What the last layer gives for one row.
  private(set) var output: ImageShape
  private let name: String

  init(name: String, input: ImageShape) {
    self.name = name
    output = input
  }

  private var nextName: String { "\(name)_\(layers.count + 1)" }

  private mutating func append(_ map: Layer.Map, isRectified: Bool, startsByHe: Bool = false) {
    let layer = Layer(name: nextName, map: map, isRectified: isRectified, startsByHe: startsByHe)
    layers.append(layer)
    output = layer.output
  }

  mutating func dense(_ outputs: Int, isRectified: Bool = true) {
    append(.dense(inputs: output.count, outputs: outputs), isRectified: isRectified)
  }

  /// Dense layers that all take what comes out now, side by side, each given as `<name>_<number>_<index>`.
  func heads(_ outputs: [Int]) -> [Layer] {
    outputs.enumerated().map { index, outputs in
      Layer(
        name: "\(nextName)_\(index + 1)", map: .dense(inputs: output.count, outputs: outputs),
        isRectified: false)
    }
  }

  /// The last layer's numbers, seen as an image.
  mutating func shape(_ height: Int, _ width: Int, _ channels: Int) {
    let image = ImageShape(height: height, width: width, channels: channels)
    precondition(image.count == output.count, "\(output) is no image of \(image)")
    output = image
  }

  mutating func convolution(
    _ filters: Int, size: Int, stride: Int, padding: ConvolutionPadding, startsByHe: Bool = false
  ) {
    append(
      .convolution(of: output, filters: filters, size: size, stride: stride, padding: padding),
      isRectified: true, startsByHe: startsByHe)
  }

  mutating func transposedConvolution(_ filters: Int, size: Int, stride: Int, isRectified: Bool = true) {
    append(
      .transposedConvolution(of: output, filters: filters, size: size, stride: stride),
      isRectified: isRectified)
  }
}
