/// One hyperparameter of the sweep file: its name, type, default and meaning. The table `Hyperparameter.all` is the
/// only place that knows which names exist; `TrialConfiguration` checks values against it.
public struct Hyperparameter: Sendable {
  public enum Kind: Sendable {
    case integer(atLeast: Int)
    /// A real number; `above` is exclusive unless `orEqual`.
    case real(above: Double, orEqual: Bool = false)
    case boolean
    /// One of `built`; a name of `planned` exists in the specification but not yet in this version.
    case choice(built: [String], planned: [String])
    /// One of the known data sets, or `hdf5:PATH`.
    case dataset([String])
    /// A list of names, each one of these and none twice.
    case names([String])
    /// A list of exactly `count` numbers at least `atLeast`; nil: of one or more.
    case numbers(count: Int?, atLeast: Double)
    /// `zeros`, or the means and log deviations of the sticks: two lists of one length.
    case prior
  }

  public let name: String
  /// Older and library names that mean the same.
  public let aliases: [String]
  public let kind: Kind
  /// Nil when the sweep file must give it, or when `TrialConfiguration` derives it from others.
  public let defaultValue: HyperparameterValue?
  /// One line for `igr` and the documentation.
  public let summary: String
  /// True for a name that does not count in a trial's identity while it has its default. That default is the
  /// behaviour of versions that did not know the name, so their trials keep their identity.
  public let isNeutralAtDefault: Bool

  /// True where one value is itself a list.
  public var isList: Bool {
    switch kind {
    case .names, .numbers: true
    default: false
    }
  }

  /// True for the prior of IGR's Gaussians, which a sweep file also writes as a mapping or a file.
  public var isPrior: Bool {
    if case .prior = kind { true } else { false }
  }

  init(
    _ name: String, aliases: [String] = [], _ kind: Kind, default defaultValue: HyperparameterValue?,
    neutral: Bool = false, _ summary: String
  ) {
    self.name = name
    self.aliases = aliases
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
    isNeutralAtDefault = neutral
  }
}

extension Hyperparameter {
  /// Engine specification part 13, in the order in which configurations are shown. Defaults are those of most
  /// trials; `TrialConfiguration` derives those that depend on the experiment or the model.
  public static let all: [Hyperparameter] = [
    Hyperparameter(
      "experiment", .choice(built: Experiment.allCases.map(\.rawValue), planned: []),
      default: .string("vae"), neutral: true, "what a trial does"),
    Hyperparameter(
      "dataset_name", .dataset(["mnist", "fmnist", "omniglot", "celeb_a", "cifar", "cifar:grey"]),
      default: nil, "the images"),
    Hyperparameter(
      "model_type", .choice(built: ModelType.allCases.map(\.rawValue), planned: []),
      default: nil, "the latent variable's relaxation; _Dis: discrete latents only"),
    Hyperparameter(
      "architecture",
      .choice(
        built: [
          "dense", "dense_nonlinear", "dense_relax", "conv", "conv_jointvae", "dlgmm_dense", "dlgmm_conv",
          "double_linear", "triple_linear", "nonlinear",
        ], planned: []),
      default: nil, "encoder and decoder; dense, dlgmm_dense for mixtures, double_linear for sop"),
    Hyperparameter(
      "temp", .real(above: 0), default: nil, "temperature of the relaxation; required where there is one"),
    Hyperparameter(
      "n_required", .integer(atLeast: 1), default: nil,
      "GS: categories, 10; Relax_Ber_Dis: bits, 10; IGR: sticks, one less than the categories, 10;"
        + " DLGMM: components, 20"),
    Hyperparameter(
      "latent_discrete_n", .integer(atLeast: 1), default: nil,
      "categories; derived: GS n_required, IGR n_required + 1; for IGR_SB, the maximum, it may be given instead"
    ),
    Hyperparameter(
      "num_of_discrete_var", .integer(atLeast: 1), default: nil,
      "discrete variables, 20; DLGMM: latent dimensions, 50; experiments without images: 1"),
    Hyperparameter(
      "num_of_discrete_param", .integer(atLeast: 1), default: nil,
      "parameters per category; derived: GS and Ber 1, IGR 2, DLGMM 4"),
    Hyperparameter(
      "sample_size", .integer(atLeast: 1), default: .integer(1),
      "samples per image and step; approximation, prior_fit, simplex_proximity 10000; relax_toy 100"),
    Hyperparameter(
      "sample_size_testing", .integer(atLeast: 1), default: .integer(100),
      "samples per image of test_log_likelihood"),
    Hyperparameter("seed", .integer(atLeast: 0), default: .integer(1), "seed of weights, order and noise"),
    Hyperparameter(
      "learning_rate", .real(above: 0), default: .real(1e-3),
      "Adam's step; experiments without images: 0.01"),
    Hyperparameter(
      "batch_n", aliases: ["batch_size"], .integer(atLeast: 1), default: .integer(100), "images per step"),
    Hyperparameter(
      "epochs", .integer(atLeast: 1), default: .integer(100),
      "passes over the training images; approximation, simplex_proximity: 200 and prior_fit: 1000 rows of metrics"
    ),
    Hyperparameter(
      "check_every", .integer(atLeast: 1), default: .integer(1),
      "epochs between two measurements on test images"),
    Hyperparameter(
      "validation_n", .integer(atLeast: 0), default: .integer(0), "training images held out for val_elbo"),
    Hyperparameter(
      "run_with_sample", .boolean, default: .boolean(false),
      "60 training and 10 test images; batch_n 5 and epochs 10 unless given"),
    Hyperparameter(
      "sample_from_disc_kl", .boolean, default: .boolean(true),
      "KL of the discrete part from the sample; false: closed form (GS categorical, IGR-I by quadrature)"),
    Hyperparameter(
      "run_closed_form_kl", .boolean, default: .boolean(false), "IGR: closed KL between the Gaussians"),
    Hyperparameter(
      "stick_the_landing", .boolean, default: .boolean(false),
      "parameters inside log q are constants (Roeder 2017)"),
    Hyperparameter(
      "test_with_one_hot", .boolean, default: .boolean(false), "evaluate the ELBO at vertices instead of ψ"),
    Hyperparameter(
      "binarization", .choice(built: ["threshold", "stochastic", "none"], planned: []), default: nil,
      "grey values to pixels; mnist, omniglot and sop: threshold, others: none"),
    Hyperparameter(
      "likelihood", .choice(built: ["bernoulli", "gaussian"], planned: []), default: nil,
      "p(x|z); mnist and omniglot: bernoulli, others: gaussian"),
    Hyperparameter(
      "save_every", .integer(atLeast: 0), default: .integer(0), neutral: true,
      "epochs between kept weights; 0: never"),
    Hyperparameter(
      "prior", aliases: ["prior_file"], .prior, default: .string("zeros"), neutral: true,
      "prior of the IGR Gaussians: zeros, {mu: [...], xi: [...]}, the trial file of a prior_fit, or {fit: {...}}"
    ),
    Hyperparameter(
      "record", .names(["gradients", "vertex_distance", "traversals"]),
      default: .list([]), neutral: true, "additional measurements to keep"),
    Hyperparameter(
      "resize", .integer(atLeast: 0), default: .integer(0), neutral: true,
      "image side after resizing; 0: as is; conv_jointvae: 32 for smaller images"),
    Hyperparameter("run_jv", .boolean, default: .boolean(false), neutral: true, "JointVAE objective"),
    Hyperparameter(
      "precision", aliases: ["dtype"], .choice(built: ["float32"], planned: ["float64"]),
      default: .string("float32"), neutral: true, "of training"),
    Hyperparameter(
      "latent_norm_n", .integer(atLeast: 0), default: .integer(0), neutral: true, "size of the normal part"),
    Hyperparameter(
      "num_of_norm_var", .integer(atLeast: 0), default: nil, neutral: true,
      "normal variables; 1 with a normal part"),
    Hyperparameter(
      "num_of_norm_param", .integer(atLeast: 0), default: nil, neutral: true,
      "parameters per normal variable; derived: 2 with a normal part"),
    Hyperparameter(
      "sample_from_cont_kl", .boolean, default: .boolean(true), neutral: true,
      "KL of the normal part from the sample; false: closed form"),
    Hyperparameter(
      "truncation_option", aliases: ["truncation_options"],
      .choice(built: ["quantile", "max"], planned: []), default: .string("quantile"), neutral: true,
      "IGR-SB: how n_required is chosen"),
    Hyperparameter(
      "quantile", .real(above: 0), default: nil, neutral: true,
      "percentile of stick counts; IGR-SB 50, DLGMM 75"),
    Hyperparameter(
      "threshold", .real(above: 0), default: nil, neutral: true,
      "mass the kept sticks reach; IGR-SB 0.99, DLGMM 0.9999"),
    Hyperparameter(
      "gamma", .real(above: 0), default: .real(100), neutral: true, "JointVAE: weight of the KL terms"),
    Hyperparameter(
      "cont_c_linspace", .numbers(count: 3, atLeast: 0), default: .list([.real(0), .real(5), .real(25_000)]),
      neutral: true, "JointVAE: capacity of the normal part: first, last, iterations"),
    Hyperparameter(
      "disc_c_linspace", .numbers(count: 3, atLeast: 0), default: .list([.real(0), .real(5), .real(25_000)]),
      neutral: true, "JointVAE: capacity of the discrete part: first, last, iterations"),
    Hyperparameter(
      "units_per_layer", .integer(atLeast: 1), default: .integer(240), neutral: true,
      "SOP: binary units of a layer"),
    Hyperparameter(
      "weight_decay", .real(above: 0, orEqual: true), default: .real(1e-3), neutral: true,
      "SOP: decay of the learning rate"),
    Hyperparameter(
      "min_learning_rate", .real(above: 0, orEqual: true), default: .real(1e-4), neutral: true,
      "SOP: the learning rate's floor"),
    Hyperparameter(
      "test_sample_size", .integer(atLeast: 1), default: .integer(100), neutral: true,
      "SOP: samples per image in testing"),
    Hyperparameter(
      "width_height", .numbers(count: 3, atLeast: 1), default: .list([.real(14), .real(28), .real(1)]),
      neutral: true, "SOP: height, width and channels of the half images"),
    Hyperparameter(
      "iter_per_epoch", .integer(atLeast: 1), default: nil, neutral: true,
      "steps per row of metrics; approximation, prior_fit, simplex_proximity 1, relax_toy 100; sop: derived"),
    Hyperparameter(
      "target",
      .choice(
        built: [
          "uniform", "mixture", "discrete", "binomial", "poisson", "geometric", "negative_binomial",
        ], planned: []),
      default: nil, neutral: true, "approximation: the distribution to follow"),
    Hyperparameter(
      "fit_loss", .choice(built: ["kl", "squared"], planned: []), default: .string("kl"), neutral: true,
      "approximation: KL or squared distance between the mean of ψ and the target"),
    Hyperparameter(
      "estimator", .choice(built: ["reinforce", "rebar", "relax"], planned: []), default: .string("relax"),
      neutral: true, "relax_toy: the gradient's estimator"),
    Hyperparameter(
      "toy_targets", .numbers(count: nil, atLeast: 0), default: .list([.real(0.4)]), neutral: true,
      "relax_toy: t of each bit in the loss Σ(b − t)²"),
  ]

  /// Older names of model types, accepted with their new meaning.
  public static let modelTypeAliases = [
    "ExpGS": "GS", "ExpGSDis": "GS_Dis", "GSM": "IGR_I", "GSMDis": "IGR_I_Dis",
  ]

  private static let byName: [String: Hyperparameter] = {
    var table: [String: Hyperparameter] = [:]
    for hyperparameter in all {
      for name in [hyperparameter.name] + hyperparameter.aliases { table[name] = hyperparameter }
    }
    return table
  }()

  /// The hyperparameter of this name or alias.
  public static func named(_ name: String) -> Hyperparameter? { byName[name] }

  /// Every name and alias, for suggestions; always in the same order, so that of two equally near names the same
  /// one is always suggested.
  public static let everyName: [String] = all.flatMap { [$0.name] + $0.aliases }
}
