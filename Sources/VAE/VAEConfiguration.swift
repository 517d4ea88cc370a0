/// What decides a model's graph: sizes, relaxation and objective. Knows nothing of trials, files or data sets.
public struct VAEConfiguration: Hashable, Sendable {
  public enum Relaxation: Sendable {
    /// Gumbel-Softmax in log space (Jang 2017; Maddison 2017).
    case gumbelSoftmax
    /// softmax₊₊ of Gaussians (Potapczynski 2020).
    case igrI
  }

  public enum Likelihood: Sendable {
    /// Of binary pixels, from logits.
    case bernoulli
    /// Of grey pixels: mean sigmoid(a), standard deviation 1e-6 + softplus(c).
    case gaussian
  }

  public enum OutputActivation: Sendable { case linear, elu }

  public enum Divergence: Sendable {
    /// From the sample: of the relaxed variables.
    case sampled
    /// Of the discrete variables in closed form (GS) or by quadrature (IGR), against the uniform distribution.
    case discrete
    /// Between the Gaussians of IGR, in closed form.
    case gaussian
  }

  public var relaxation: Relaxation
  public var temperature: Double
  /// Categories K of each variable.
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
  public var likelihood: Likelihood
  public var outputActivation: OutputActivation
  public var divergence: Divergence
  public var stickTheLanding: Bool

  public init(
    relaxation: Relaxation, temperature: Double, categories: Int, variables: Int, pixels: Int,
    channels: Int = 1,
    encoderUnits: [Int] = [], decoderUnits: [Int] = [], likelihood: Likelihood = .bernoulli,
    outputActivation: OutputActivation = .linear, divergence: Divergence = .sampled,
    stickTheLanding: Bool = false
  ) {
    self.relaxation = relaxation
    self.temperature = temperature
    self.categories = categories
    self.variables = variables
    self.pixels = pixels
    self.channels = channels
    self.encoderUnits = encoderUnits
    self.decoderUnits = decoderUnits
    self.likelihood = likelihood
    self.outputActivation = outputActivation
    self.divergence = divergence
    self.stickTheLanding = stickTheLanding
  }

  /// Rows of the noise along the category axis: K for GS, K − 1 for IGR.
  public var noiseCategories: Int { relaxation == .gumbelSoftmax ? categories : categories - 1 }
  /// Numbers the encoder gives per image: log α, or μ and ξ.
  public var encoderOutputs: Int {
    relaxation == .gumbelSoftmax ? categories * variables : 2 * (categories - 1) * variables
  }
  /// Numbers the decoder gives per image: a logit, or a mean and a width, per pixel value.
  public var decoderOutputs: Int { pixels * (likelihood == .gaussian ? 2 : 1) }
}
