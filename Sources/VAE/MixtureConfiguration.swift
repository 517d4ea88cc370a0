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
  public var networks: ImageNetworks
  /// Of the prior's component means, which are drawn once for each trial.
  public var priorKey: RandomKey

  /// - Parameter priorKey: of purpose `mixturePrior`.
  public init(
    sticks: Sticks, truncation: Truncation? = nil, components: Int = 20, dimension: Int = 50,
    networks: ImageNetworks, priorKey: RandomKey
  ) {
    precondition(components >= 2, "a mixture of \(components) components has no stick")
    self.sticks = sticks
    self.truncation = truncation
    self.components = components
    self.dimension = dimension
    self.networks = networks
    self.priorKey = priorKey
  }

  /// Shapes of the encoder's blocks: mean and log variance of every component, two parameters of every stick.
  var posteriorBlocks: [(rows: Int, variables: Int)] {
    [(components, dimension), (components, dimension), (components - 1, 1), (components - 1, 1)]
  }

  /// Means of the prior's components, row-major [K, V]: zero for the first, ±1/√V at random for the others.
  public var priorMeans: [Double] {
    let count = (components - 1) * dimension
    let size = 1 / Double(dimension).squareRoot()
    return [Double](repeating: 0, count: dimension)
      + withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { words in
        priorKey.fillWords(words, firstBlock: 0, step: 0)
        return words.map { $0 >> 31 == 0 ? size : -size }
      }
  }
}
