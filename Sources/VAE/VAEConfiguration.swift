/// What decides a model's graph: sizes, networks, relaxation and objective. Knows nothing of trials, files or data
/// sets.
public struct VAEConfiguration: Hashable, Sendable {
  /// How the discrete part is relaxed (engine specification part 2).
  public enum Relaxation: Hashable, Sendable {
    /// No discrete part.
    case none
    /// Gumbel-Softmax in log space (Jang 2017; Maddison 2017).
    case gumbelSoftmax
    /// softmax₊₊ of Gaussians (Potapczynski 2020).
    case igrI
    /// softmax₊₊ of Gaussians after two planar layers.
    case igrPlanar
    /// softmax₊₊ of a stick broken by the sigmoids of Gaussians.
    case igrSBFinite
    /// As `igrSBFinite`, with as many sticks as the truncation keeps.
    case igrSB(Truncation)
  }

  /// Which KL term of the discrete part is trained.
  public enum Divergence: Hashable, Sendable {
    /// From the sample: of the relaxed variables.
    case sampled
    /// Of the discrete variables in closed form (GS) or by quadrature (IGR-I), against the uniform distribution.
    case discrete
    /// Between the Gaussians of IGR, in closed form.
    case gaussian
  }

  /// Which KL term of the normal part is trained.
  public enum NormalDivergence: Hashable, Sendable { case sampled, closed }

  /// Prior of the IGR Gaussians: one mean and one log deviation per stick.
  public struct Prior: Hashable, Sendable {
    public var mu: [Double]
    public var xi: [Double]

    public init(mu: [Double], xi: [Double]) {
      self.mu = mu
      self.xi = xi
    }
  }

  public var relaxation: Relaxation
  public var temperature: Double
  /// Categories K of each variable; for IGR-SB the maximum.
  public var categories: Int
  /// Discrete variables V.
  public var variables: Int
  /// Size and number of the normal variables; 0 without a normal part.
  public var normalSize = 0
  public var normalVariables = 0
  public var networks: ImageNetworks
  public var divergence = Divergence.sampled
  public var normalDivergence = NormalDivergence.sampled
  public var stickTheLanding = false
  /// Nil: μ₀ = ξ₀ = 0.
  public var prior: Prior?
  /// JointVAE's objective in place of the ELBO.
  public var joint: JointObjective?

  public init(
    relaxation: Relaxation, temperature: Double, categories: Int, variables: Int, networks: ImageNetworks
  ) {
    self.relaxation = relaxation
    self.temperature = temperature
    self.categories = categories
    self.variables = variables
    self.networks = networks
  }

  public var hasDiscretePart: Bool { relaxation != .none }
  public var hasNormalPart: Bool { normalSize > 0 }
  /// True where the categories' probabilities have no formula and are the frequencies of samples.
  public var hasSampledProbabilities: Bool {
    switch relaxation {
    case .none, .gumbelSoftmax, .igrI: false
    case .igrPlanar, .igrSBFinite, .igrSB: true
    }
  }

  /// Rows of the noise along the category axis: K for GS, K − 1 for IGR.
  public var noiseCategories: Int { relaxation == .gumbelSoftmax ? categories : categories - 1 }

  /// Shapes [rows, variables] of the encoder's blocks: mean and log_var, then log α, or μ and ξ.
  var posteriorBlocks: [(rows: Int, variables: Int)] {
    let normal = hasNormalPart ? Array(repeating: (normalSize, normalVariables), count: 2) : []
    let discrete =
      hasDiscretePart
      ? Array(repeating: (noiseCategories, variables), count: relaxation == .gumbelSoftmax ? 1 : 2) : []
    return normal + discrete
  }

  /// Numbers the decoder takes: the normal part, then ψ.
  var latentSize: Int {
    normalSize * normalVariables + (hasDiscretePart ? categories * variables : 0)
  }

  /// The trained arrays: encoder, decoder, then the planar flow.
  public var parameters: [Parameter] { encoder.parameters + decoder.parameters + flowParameters }

  var encoder: Network { networks.encoder(heads: posteriorBlocks.map { $0.rows * $0.variables }) }
  var decoder: Network { networks.decoder(latent: latentSize) }

  var flowParameters: [Parameter] {
    relaxation == .igrPlanar ? PlanarFlow.parameters(sticks: categories - 1, variables: variables) : []
  }
}
