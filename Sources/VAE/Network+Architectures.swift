import Tensors

// The table of engine specification part 8.

extension Network {
  /// The encoder of an architecture.
  ///
  /// - Parameters:
  ///   - image: what comes in, as rows [rows, height·width·channels].
  ///   - heads: sizes of the posterior's blocks in order. `conv_jointvae` has a dense layer for each, all others one
  ///     dense layer for all.
  ///   - hidden: widths of the dense layers before the last one, in place of the table's; for dense architectures.
  /// - Returns: a network that gives [rows, sum of heads].
  /// - Precondition: `refusal(_:image:)` gives nil.
  public static func encoder(
    _ architecture: Architecture, image: ImageShape, heads: [Int], hidden: [Int]? = nil
  ) -> Network {
    requireFit(architecture, image: image, hidden: hidden)
    let outputs = heads.reduce(0, +)
    var chain = LayerChain(name: "encoder", input: image)
    switch architecture {
    case .dense:
      for width in hidden ?? [] { chain.dense(width) }
    case .denseNonlinear:
      for width in hidden ?? [512, 256] { chain.dense(width) }
    case .denseRelax:
      for width in hidden ?? [outputs, outputs] { chain.dense(width) }
    case .dlgmmDense:
      for width in hidden ?? [200, 200, 200] { chain.dense(width) }
    case .conv:
      for filters in [32, 64] {
        chain.convolution(filters, size: 3, stride: 2, padding: .valid, startsByHe: true)
      }
    case .convJointVAE:
      for filters in image.height == 64 ? [32, 64, 64, 64] : [32, 64, 64] {
        chain.convolution(filters, size: 4, stride: 2, padding: .same)
      }
      chain.dense(256)
      return Network(trunk: chain.layers, heads: chain.heads(heads))
    case .dlgmmConv:
      for filters in [32, 64, 64] { chain.convolution(filters, size: 4, stride: 2, padding: .same) }
    }
    chain.dense(outputs, isRectified: false)
    return Network(centersInput: architecture == .denseRelax, trunk: chain.layers)
  }

  /// The decoder of an architecture.
  ///
  /// - Parameters:
  ///   - latent: numbers that come in, [rows, latent].
  ///   - image: what is decoded.
  ///   - planes: numbers per pixel value: 1 for Bernoulli, 2 for Gaussian.
  ///   - hidden: widths of the dense layers before the last one, in place of the table's; for dense architectures.
  /// - Returns: a network that gives [rows, height·width·channels·planes], each row laid out
  ///   [height, width, planes·channels].
  /// - Precondition: `refusal(_:image:)` gives nil.
  public static func decoder(
    _ architecture: Architecture, latent: Int, image: ImageShape, planes: Int, hidden: [Int]? = nil
  ) -> Network {
    requireFit(architecture, image: image, hidden: hidden)
    let channels = image.channels * planes
    var chain = LayerChain(name: "decoder", input: ImageShape(height: 1, width: 1, channels: latent))
    switch architecture {
    case .dense:
      for width in hidden ?? [] { chain.dense(width) }
    case .denseNonlinear:
      for width in hidden ?? [256, 512] { chain.dense(width) }
    case .denseRelax, .dlgmmDense:
      for width in hidden ?? [200, 200] { chain.dense(width) }
    case .conv, .dlgmmConv:
      chain.dense(7 * 7 * 32)
      chain.shape(7, 7, 32)
      for filters in [64, 32] { chain.transposedConvolution(filters, size: 3, stride: 2) }
      chain.transposedConvolution(channels, size: 3, stride: 1, isRectified: false)
      return Network(trunk: chain.layers)
    case .convJointVAE:
      chain.dense(256)
      chain.dense(4 * 4 * 64)
      chain.shape(4, 4, 64)
      for filters in image.height == 64 ? [64, 32, 32] : [32, 32] {
        chain.transposedConvolution(filters, size: 4, stride: 2)
      }
      chain.transposedConvolution(channels, size: 4, stride: 2, isRectified: false)
      return Network(trunk: chain.layers)
    }
    chain.dense(image.count * planes, isRectified: false)
    return Network(centersInput: architecture == .denseRelax, trunk: chain.layers)
  }

  /// Why an architecture does not take these images, and what would work; nil where it takes them.
  public static func refusal(_ architecture: Architecture, image: ImageShape) -> String? {
    guard let sides = architecture.sides,
      image.height != image.width || !sides.contains(image.height)
    else { return nil }
    let sizes = sides.map { "\($0)×\($0)" }.joined(separator: " or ")
    let isForMixtures = architecture == .dlgmmConv
    let anySize = Architecture.allCases.filter { $0.sides == nil && ($0 == .dlgmmDense) == isForMixtures }
      .map(\.rawValue).joined(separator: ", ")
    return """
      \(architecture.rawValue) takes images of \(sizes) pixels, and these have \(image.height)×\(image.width); \
      resize them to \(sides.map(String.init).joined(separator: " or ")), or take \(anySize), of any size
      """
  }

  private static func requireFit(_ architecture: Architecture, image: ImageShape, hidden: [Int]?) {
    if let refusal = refusal(architecture, image: image) { preconditionFailure(refusal) }
    precondition(
      hidden == nil || architecture.sides == nil, "\(architecture.rawValue) has no widths to choose")
  }
}
