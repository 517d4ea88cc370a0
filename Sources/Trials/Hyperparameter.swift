/// One hyperparameter of the sweep file: its name, type, default and meaning. The table `Hyperparameter.all` is the
/// only place that knows which names exist; `TrialConfiguration` checks values against it.
public struct Hyperparameter: Sendable {
  public enum Kind: Sendable {
    case integer(atLeast: Int)
    /// A real number; `above` is exclusive.
    case real(above: Double)
    case boolean
    /// One of `built`; a name of `planned` exists in the specification but not yet in this version.
    case choice(built: [String], planned: [String])
    /// A name of the specification that this version only accepts at its default.
    case planned
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
  /// Engine specification part 13, in the order in which configurations are shown.
  public static let all: [Hyperparameter] = [
    Hyperparameter(
      "experiment",
      .choice(
        built: ["vae"], planned: ["sop", "approximation", "prior_fit", "simplex_proximity", "relax_toy"]),
      default: .string("vae"), neutral: true, "what a trial does"),
    Hyperparameter(
      "dataset_name",
      .choice(built: ["mnist", "fmnist", "omniglot", "celeb_a", "cifar", "cifar:grey"], planned: []),
      default: nil, "the images; also hdf5:PATH"),
    Hyperparameter(
      "model_type",
      .choice(
        built: ["GS_Dis", "IGR_I_Dis"],
        planned: [
          "VAE", "GS", "IGR_I", "IGR_Planar", "IGR_Planar_Dis", "IGR_SB", "IGR_SB_Dis", "IGR_SB_Finite",
          "IGR_SB_Finite_Dis", "Relax_GS_Dis", "Relax_Ber_Dis", "Relax_IGR", "DLGMM", "DLGMM_Var",
          "DLGMM_IGR",
          "DLGMM_IGR_SB",
        ]),
      default: nil, "the latent variable's relaxation; _Dis: discrete latents only"),
    Hyperparameter(
      "architecture",
      .choice(
        built: ["dense", "dense_nonlinear"],
        planned: ["dense_relax", "conv", "conv_jointvae", "dlgmm_dense", "dlgmm_conv"]),
      default: .string("dense"), "encoder and decoder"),
    Hyperparameter("temp", .real(above: 0), default: nil, "temperature of the relaxation"),
    Hyperparameter(
      "n_required", .integer(atLeast: 1), default: .integer(10),
      "GS: categories; IGR: sticks, one less than the categories"),
    Hyperparameter(
      "latent_discrete_n", .integer(atLeast: 2), default: nil,
      "categories; derived: GS n_required, IGR n_required + 1"),
    Hyperparameter("num_of_discrete_var", .integer(atLeast: 1), default: .integer(20), "discrete variables"),
    Hyperparameter(
      "num_of_discrete_param", .integer(atLeast: 1), default: nil,
      "parameters per category; derived: GS 1, IGR 2"),
    Hyperparameter(
      "sample_size", .integer(atLeast: 1), default: .integer(1), "samples per image in training"),
    Hyperparameter(
      "sample_size_testing", .integer(atLeast: 1), default: .integer(100),
      "samples per image of test_log_likelihood"),
    Hyperparameter("seed", .integer(atLeast: 0), default: .integer(1), "seed of weights, order and noise"),
    Hyperparameter("learning_rate", .real(above: 0), default: .real(1e-3), "Adam's step"),
    Hyperparameter(
      "batch_n", aliases: ["batch_size"], .integer(atLeast: 1), default: .integer(100), "images per step"),
    Hyperparameter("epochs", .integer(atLeast: 1), default: .integer(100), "passes over the training images"),
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
      "KL of the discrete part from the sample; false: closed form (GS categorical, IGR by quadrature)"),
    Hyperparameter(
      "run_closed_form_kl", .boolean, default: .boolean(false), "IGR: closed KL between the Gaussians"),
    Hyperparameter(
      "stick_the_landing", .boolean, default: .boolean(false),
      "parameters inside log q are constants (Roeder 2017)"),
    Hyperparameter(
      "test_with_one_hot", .boolean, default: .boolean(false), "evaluate the ELBO at vertices instead of ψ"),
    Hyperparameter(
      "binarization", .choice(built: ["threshold", "stochastic", "none"], planned: []), default: nil,
      "grey values to pixels; mnist, omniglot: threshold, others: none"),
    Hyperparameter(
      "likelihood", .choice(built: ["bernoulli", "gaussian"], planned: []), default: nil,
      "p(x|z); mnist, omniglot: bernoulli, others: gaussian"),
    Hyperparameter(
      "save_every", .planned, default: .integer(0), neutral: true, "epochs between kept weights; 0: never"),
    Hyperparameter(
      "prior", aliases: ["prior_file"], .planned, default: .string("zeros"), neutral: true,
      "prior of the IGR Gaussians"),
    Hyperparameter("record", .planned, default: .list([]), neutral: true, "additional tensors to keep"),
    Hyperparameter(
      "resize", .planned, default: .integer(0), neutral: true, "image side after resizing; 0: as is"),
    Hyperparameter("run_jv", .planned, default: .boolean(false), neutral: true, "JointVAE objective"),
    Hyperparameter(
      "precision", aliases: ["dtype"], .planned, default: .string("float32"), neutral: true, "of training"),
    Hyperparameter(
      "reproducibility", .planned, default: .string("default"), neutral: true, "strict: same CPU type"),
    Hyperparameter("latent_norm_n", .planned, default: .integer(0), neutral: true, "size of the normal part"),
    Hyperparameter("num_of_norm_var", .planned, default: .integer(0), neutral: true, "normal variables"),
    Hyperparameter(
      "num_of_norm_param", .planned, default: .integer(0), neutral: true, "parameters per normal variable"),
    Hyperparameter(
      "sample_from_cont_kl", .planned, default: .boolean(true), neutral: true,
      "KL of the normal part from the sample"),
    Hyperparameter(
      "truncation_option", aliases: ["truncation_options"], .planned, default: .string("quantile"),
      neutral: true,
      "IGR-SB: how n_required is chosen"),
    Hyperparameter(
      "quantile", .planned, default: .integer(50), neutral: true, "IGR-SB: percentile of stick counts"),
    Hyperparameter(
      "threshold", .planned, default: .real(0.99), neutral: true, "IGR-SB: mass the kept sticks reach"),
    Hyperparameter(
      "gamma", .planned, default: .integer(100), neutral: true, "JointVAE: weight of the KL terms"),
    Hyperparameter("cont_c_linspace", .planned, default: nil, neutral: true, "JointVAE: capacity schedule"),
    Hyperparameter("disc_c_linspace", .planned, default: nil, neutral: true, "JointVAE: capacity schedule"),
    Hyperparameter("units_per_layer", .planned, default: .integer(240), neutral: true, "SOP"),
    Hyperparameter("weight_decay", .planned, default: .real(1e-3), neutral: true, "SOP: learning-rate decay"),
    Hyperparameter("min_learning_rate", .planned, default: .real(1e-4), neutral: true, "SOP"),
    Hyperparameter("test_sample_size", .planned, default: .integer(100), neutral: true, "SOP"),
    Hyperparameter("width_height", .planned, default: nil, neutral: true, "SOP: size of the half images"),
    Hyperparameter("iter_per_epoch", .planned, default: nil, neutral: true, "SOP: derived"),
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
