/// What decides a network of structured output prediction: the lower half of a binary image from its upper half,
/// through layers of binary random units (engine specification part 10).
public struct StructuredOutputConfiguration: Hashable, Sendable {
  public enum Relaxation: Sendable {
    /// ψ = sigmoid((l + logistic noise)/τ).
    case gumbelSoftmax
    /// ψ = sigmoid((l + normal noise)/τ).
    case igrI
    /// ψ = sigmoid(f₂(f₁(l + normal noise))/τ), two planar layers that all sampling layers share.
    case igrPlanar
  }

  public enum Network: String, CaseIterable, Sendable {
    /// Two linear layers, each followed by sampling.
    case doubleLinear = "double_linear"
    /// Three of them.
    case tripleLinear = "triple_linear"
    /// Two, each after a layer of tanh units.
    case nonlinear
  }

  public var relaxation: Relaxation
  public var network: Network
  /// τ.
  public var temperature: Double
  /// Random units of each sampling layer.
  public var units: Int
  /// Pixels that are given: the first ones of an image, which are its upper rows.
  public var upperPixels: Int
  /// Pixels that are predicted: the rest.
  public var lowerPixels: Int

  public init(
    relaxation: Relaxation, network: Network, temperature: Double, units: Int = 240, upperPixels: Int = 392,
    lowerPixels: Int = 392
  ) {
    self.relaxation = relaxation
    self.network = network
    self.temperature = temperature
    self.units = units
    self.upperPixels = upperPixels
    self.lowerPixels = lowerPixels
  }

  /// Layers of random units.
  var samplingLayers: Int { network == .tripleLinear ? 3 : 2 }
}
