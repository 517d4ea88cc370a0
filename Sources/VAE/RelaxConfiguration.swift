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
  public var networks: ImageNetworks

  public init(kind: Kind, categories: Int, variables: Int, networks: ImageNetworks) {
    self.kind = kind
    self.categories = categories
    self.variables = variables
    self.networks = networks
  }

  /// Rows of z and of the noise along the category axis: K, or K − 1 for IGR.
  var noiseRows: Int { kind == .igr ? categories - 1 : categories }
  /// Shapes of the encoder's blocks: log α or logits, or μ and ξ.
  var posteriorBlocks: [(rows: Int, variables: Int)] {
    Array(repeating: (noiseRows, variables), count: kind == .igr ? 2 : 1)
  }
}
