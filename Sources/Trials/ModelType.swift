/// The models of engine specification part 13. `_Dis`: discrete latents only.
public enum ModelType: String, Sendable, CaseIterable {
  case vae = "VAE"
  case gs = "GS"
  case gsDis = "GS_Dis"
  case igrI = "IGR_I"
  case igrIDis = "IGR_I_Dis"
  case igrPlanar = "IGR_Planar"
  case igrPlanarDis = "IGR_Planar_Dis"
  case igrSB = "IGR_SB"
  case igrSBDis = "IGR_SB_Dis"
  case igrSBFinite = "IGR_SB_Finite"
  case igrSBFiniteDis = "IGR_SB_Finite_Dis"
  case relaxGSDis = "Relax_GS_Dis"
  case relaxBerDis = "Relax_Ber_Dis"
  case relaxIGR = "Relax_IGR"
  case dlgmm = "DLGMM"
  case dlgmmVar = "DLGMM_Var"
  case dlgmmIGR = "DLGMM_IGR"
  case dlgmmIGRSB = "DLGMM_IGR_SB"

  /// What a model's discrete part is made of.
  public enum Family: Sendable {
    /// No discrete part.
    case vae
    case gumbelSoftmax
    case igrI
    case igrPlanar
    /// Broken sticks, with or without truncation.
    case igrSB
    case igrSBFinite
    /// Estimators without relaxation (Grathwohl 2018).
    case relax
    /// Mixtures whose weights are broken from a stick (Nalisnick 2016).
    case mixture
  }

  public var family: Family {
    switch self {
    case .vae: .vae
    case .gs, .gsDis: .gumbelSoftmax
    case .igrI, .igrIDis: .igrI
    case .igrPlanar, .igrPlanarDis: .igrPlanar
    case .igrSB, .igrSBDis: .igrSB
    case .igrSBFinite, .igrSBFiniteDis: .igrSBFinite
    case .relaxGSDis, .relaxBerDis, .relaxIGR: .relax
    case .dlgmm, .dlgmmVar, .dlgmmIGR, .dlgmmIGRSB: .mixture
    }
  }

  /// True for models that relax discrete variables and so have a temperature.
  public var isRelaxation: Bool {
    switch family {
    case .gumbelSoftmax, .igrI, .igrPlanar, .igrSB, .igrSBFinite: true
    case .vae, .relax, .mixture: false
    }
  }

  /// True for softmax₊₊ of Gaussians.
  public var isIGR: Bool { isRelaxation && family != .gumbelSoftmax }

  /// True for models that may have normal variables beside the discrete ones.
  public var mayHaveNormalPart: Bool {
    switch self {
    case .vae, .gs, .igrI, .igrPlanar, .igrSB, .igrSBFinite: true
    default: false
    }
  }

  /// True where sticks or components past a threshold are dropped.
  public var isTruncated: Bool { family == .igrSB || self == .dlgmmVar || self == .dlgmmIGRSB }

  /// True where the discrete KL has a formula or a quadrature, so that it can be trained.
  public var hasDiscreteKL: Bool { family == .gumbelSoftmax || family == .igrI }

  /// True where `n_required` counts the entries of softmax₊₊, which adds one category of its own.
  var addsCategory: Bool { isIGR || self == .relaxIGR }

  /// `num_of_discrete_param` (engine specification parts 8 and 13).
  var parametersPerCategory: Int { family == .mixture ? 4 : addsCategory ? 2 : 1 }
}

/// What a trial does (engine specification part 13).
public enum Experiment: String, Sendable, CaseIterable {
  case vae, sop, approximation
  case priorFit = "prior_fit"
  case simplexProximity = "simplex_proximity"
  case relaxToy = "relax_toy"

  /// True where a trial trains networks on a data set.
  public var usesImages: Bool { self == .vae || self == .sop }
  /// True where a trial fits the relaxation's own parameters to a distribution.
  public var fitsDistribution: Bool {
    self == .approximation || self == .priorFit || self == .simplexProximity
  }

  /// Models that the experiment is defined for.
  public var models: [ModelType] {
    switch self {
    case .vae: ModelType.allCases
    case .sop: [.gs, .igrI, .igrPlanar, .igrSB, .igrSBFinite]
    case .approximation, .simplexProximity: [.gs, .igrI, .igrPlanar, .igrSB, .igrSBFinite]
    case .priorFit: [.igrI, .igrPlanar, .igrSB, .igrSBFinite]
    case .relaxToy: [.relaxBerDis]
    }
  }
}
