/// What decides the graph of a model that is trained without relaxing its latent variables (engine specification
/// part 5). The decoder sees vertices alone; the relaxed variables serve the control variate.
public struct RelaxConfiguration: Hashable, Sendable {
  public enum Kind: Sendable {
    /// `Relax_GS_Dis`: categorical variables, log α from the encoder.
    case categorical
    /// `Relax_Ber_Dis`: independent bits, logits from the encoder.
    case bernoulli
    /// `Relax_IGR`: the category that wins under softmax₊₊ of Gaussians, μ and ξ from the encoder.
    case igr
  }

  public var kind: Kind
  /// Categories K of each variable, the last one of softmax₊₊ included; or bits of each variable.
  public var categories: Int
  /// Discrete variables V.
  public var variables: Int
  /// Pixel values D of one image.
  public var pixels: Int
  /// Channels of one pixel; a Gaussian decoder's output planes are interleaved by it.
  public var channels: Int
  /// Units of the ReLU layers between the ends; empty for linear maps.
  public var encoderUnits: [Int]
  public var decoderUnits: [Int]
  public var likelihood: VAEConfiguration.Likelihood
  public var outputActivation: VAEConfiguration.OutputActivation

  public init(
    kind: Kind, categories: Int, variables: Int, pixels: Int, channels: Int = 1, encoderUnits: [Int] = [],
    decoderUnits: [Int] = [], likelihood: VAEConfiguration.Likelihood = .bernoulli,
    outputActivation: VAEConfiguration.OutputActivation = .linear
  ) {
    self.kind = kind
    self.categories = categories
    self.variables = variables
    self.pixels = pixels
    self.channels = channels
    self.encoderUnits = encoderUnits
    self.decoderUnits = decoderUnits
    self.likelihood = likelihood
    self.outputActivation = outputActivation
  }

  /// Rows of z and of the noise along the category axis: K, or K − 1 for IGR.
  var noiseRows: Int { kind == .igr ? categories - 1 : categories }
  /// Numbers the encoder gives per image: log α or logits, or μ and ξ.
  var encoderOutputs: Int { (kind == .igr ? 2 : 1) * noiseRows * variables }
  /// Numbers the decoder gives per image: a logit, or a mean and a width, per pixel value.
  var decoderOutputs: Int { pixels * (likelihood == .gaussian ? 2 : 1) }
}
