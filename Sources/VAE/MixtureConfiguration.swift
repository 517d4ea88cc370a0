import Randomness

/// What decides the graph of a deep latent Gaussian mixture model (Nalisnick 2016; engine specification part 6).
public struct MixtureConfiguration: Hashable, Sendable {
  /// The law of the fractions at which the stick of weights is broken.
  public enum Sticks: Hashable, Sendable {
    /// `DLGMM`, `DLGMM_Var`.
    case kumaraswamy
    /// `DLGMM_IGR`, `DLGMM_IGR_SB`.
    case logitNormal
  }

  public var sticks: Sticks
  /// How many components a batch keeps (`DLGMM_Var`, `DLGMM_IGR_SB`); nil keeps all.
  public var truncation: Truncation?
  /// Components K, at least 2.
  public var components: Int
  /// Latent dimension V.
  public var dimension: Int
  /// Pixel values D of one image.
  public var pixels: Int
  /// Channels of one pixel; a Gaussian decoder's output planes are interleaved by it.
  public var channels: Int
  /// Units of the ReLU layers between the ends.
  public var encoderUnits: [Int]
  public var decoderUnits: [Int]
  public var likelihood: VAEConfiguration.Likelihood
  public var outputActivation: VAEConfiguration.OutputActivation

  public init(
    sticks: Sticks, truncation: Truncation? = nil, components: Int = 20, dimension: Int = 50, pixels: Int,
    channels: Int = 1, encoderUnits: [Int] = [200, 200, 200], decoderUnits: [Int] = [200, 200],
    likelihood: VAEConfiguration.Likelihood = .bernoulli,
    outputActivation: VAEConfiguration.OutputActivation = .linear
  ) {
    precondition(components >= 2, "a mixture of \(components) components has no stick")
    self.sticks = sticks
    self.truncation = truncation
    self.components = components
    self.dimension = dimension
    self.pixels = pixels
    self.channels = channels
    self.encoderUnits = encoderUnits
    self.decoderUnits = decoderUnits
    self.likelihood = likelihood
    self.outputActivation = outputActivation
  }

  /// The truncation of `DLGMM_Var` and `DLGMM_IGR_SB` unless a trial says otherwise.
  public static let publishedTruncation = Truncation(option: .quantile(75), threshold: 0.9999)

  /// Numbers the encoder gives per image: mean and log variance of every component, two parameters of every stick.
  public var encoderOutputs: Int { 2 * components * dimension + 2 * (components - 1) }
  /// Numbers the decoder gives per latent point: a logit, or a mean and a width, per pixel value.
  public var decoderOutputs: Int { pixels * (likelihood == .gaussian ? 2 : 1) }

  /// Means of the prior's components, row-major [K, V]: zero for the first, ±1/√V at random for the others.
  ///
  /// - Parameter key: of purpose `mixturePrior`.
  public func priorMeans(key: RandomKey) -> [Double] {
    let count = (components - 1) * dimension
    let size = 1 / Double(dimension).squareRoot()
    return [Double](repeating: 0, count: dimension)
      + withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { words in
        key.fillWords(words, firstBlock: 0, step: 0)
        return words.map { $0 >> 31 == 0 ? size : -size }
      }
  }
}
