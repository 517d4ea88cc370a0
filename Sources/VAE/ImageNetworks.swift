import Differentiation

/// What encoder and decoder of any image model are made of, and the pixels' likelihood.
public struct ImageNetworks: Hashable, Sendable {
  public enum Likelihood: Hashable, Sendable {
    /// Of binary pixels, from logits.
    case bernoulli
    /// Of grey pixels: mean sigmoid(a), standard deviation 1e-6 + softplus(c).
    case gaussian
  }

  /// The last function of the decoder; it belongs to the data set (engine specification part 8).
  public enum OutputActivation: Hashable, Sendable { case linear, elu }

  public var image: ImageShape
  public var architecture: Architecture
  /// Widths of the hidden layers in place of the architecture's own; nil: its own.
  public var encoderUnits: [Int]?
  public var decoderUnits: [Int]?
  public var likelihood: Likelihood
  public var outputActivation: OutputActivation

  public init(
    image: ImageShape, architecture: Architecture, encoderUnits: [Int]? = nil, decoderUnits: [Int]? = nil,
    likelihood: Likelihood = .bernoulli, outputActivation: OutputActivation = .linear
  ) {
    self.image = image
    self.architecture = architecture
    self.encoderUnits = encoderUnits
    self.decoderUnits = decoderUnits
    self.likelihood = likelihood
    self.outputActivation = outputActivation
  }

  /// Pixel values D of one image.
  public var pixels: Int { image.count }

  /// - Parameter heads: sizes of the posterior's blocks in order.
  func encoder(heads: [Int]) -> Network {
    .encoder(architecture, image: image, heads: heads, hidden: encoderUnits)
  }

  /// - Parameter latent: numbers that come in per row.
  func decoder(latent: Int) -> Network {
    .decoder(
      architecture, latent: latent, image: image, planes: likelihood == .gaussian ? 2 : 1,
      hidden: decoderUnits)
  }

  /// The decoder's output [rows, D], or [rows, 2·D] for a Gaussian, after its final activation.
  func activated(_ output: Node) -> Node { outputActivation == .elu ? output.elu() : output }

  /// log p(x|z) of what a decoder gives.
  ///
  /// - Parameters:
  ///   - images: [B, D].
  ///   - decoderOutput: [B, S, D] logits, or [B, S, 2·D] where each pixel's channels' means stand before its widths.
  /// - Returns: log p(x|z) [B, S] and the mean pixel values [B, S, D].
  func logLikelihood(images: Node, decoderOutput: Node) -> (logLikelihood: Node, mean: Node) {
    let (batch, samples, channels) = (images.shape[0], decoderOutput.shape[1], image.channels)
    let x = images.reshaped([batch, 1, pixels])
    switch likelihood {
    case .bernoulli:
      return (bernoulliLogLikelihood(images: x, logits: decoderOutput), decoderOutput.sigmoid())
    case .gaussian:
      let planes = decoderOutput.reshaped([batch * samples, pixels / channels, 2 * channels])
      let a = planes.slice(axis: 2, 0..<channels).reshaped([batch, samples, pixels])
      let c = planes.slice(axis: 2, channels..<2 * channels).reshaped([batch, samples, pixels])
      return gaussianLogLikelihood(images: x, a: a, c: c)
    }
  }
}

extension Node {
  /// A block of numbers per image as [B, rows, 1, variables], row-major; blocks lie one after another in [B, P].
  func posteriorBlocks(_ shapes: [(rows: Int, variables: Int)]) -> [Node] {
    var start = 0
    return shapes.map { rows, variables in
      defer { start += rows * variables }
      return slice(axis: 1, start..<start + rows * variables).reshaped([shape[0], rows, 1, variables])
    }
  }
}
