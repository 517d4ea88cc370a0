/// What decides which hyperparameters apply to a trial: its experiment and its model.
struct TrialKind {
  let experiment: Experiment
  let model: ModelType

  /// Reads both, fills in what they default to, and checks that they go together.
  init(_ values: inout [String: HyperparameterValue]) throws(ConfigurationError) {
    experiment = values["experiment"].flatMap { Experiment(rawValue: $0.displayText) } ?? .vae
    if experiment == .relaxToy, values["model_type"] == nil {
      values["model_type"] = .string(ModelType.relaxBerDis.rawValue)
    }
    guard let text = values["model_type"]?.displayText, let model = ModelType(rawValue: text) else {
      throw ConfigurationError(
        hyperparameter: "model_type", message: "'model_type' is required and not given")
    }
    self.model = model
    guard experiment.models.contains(model) else {
      throw ConfigurationError(
        hyperparameter: "model_type",
        message: "'model_type': \(text) does not go with experiment \(experiment.rawValue); it takes "
          + experiment.models.map(\.rawValue).joined(separator: ", "))
    }
    for required in ["dataset_name", "temp", "target"] where values[required] == nil && needs(required) {
      throw ConfigurationError(hyperparameter: required, message: "'\(required)' is required and not given")
    }
  }

  private func needs(_ name: String) -> Bool {
    switch name {
    case "dataset_name": experiment.usesImages
    case "temp": model.isRelaxation
    case "target": experiment == .approximation
    default: false
    }
  }

  /// Whether a name means anything for this experiment and model, given the other values.
  func applies(_ name: String, with values: [String: HyperparameterValue]) -> Bool {
    let isVAE = experiment == .vae
    switch name {
    case "experiment", "model_type", "seed", "learning_rate", "epochs", "sample_size", "precision",
      "reproducibility":
      return true
    case "dataset_name", "architecture", "batch_n", "check_every", "run_with_sample", "binarization",
      "resize", "save_every":
      return experiment.usesImages
    case "likelihood", "validation_n", "sample_size_testing", "record": return isVAE
    case "temp": return model.isRelaxation
    case "n_required", "latent_discrete_n", "num_of_discrete_param", "num_of_discrete_var":
      return (isVAE && model != .vae) || experiment.fitsDistribution
    case "sample_from_disc_kl": return isVAE && model.hasDiscreteKL
    case "run_closed_form_kl": return isVAE && model.isIGR && model.family != .igrPlanar
    case "stick_the_landing": return isVAE && (model.isRelaxation || model == .vae)
    case "test_with_one_hot": return isVAE && model.isRelaxation
    case "latent_norm_n", "num_of_norm_var", "num_of_norm_param", "sample_from_cont_kl", "run_jv":
      return isVAE && model.mayHaveNormalPart
    case "truncation_option", "quantile", "threshold":
      guard isVAE || experiment.fitsDistribution, model.isTruncated else { return false }
      return name != "quantile" || values["truncation_option"] != .string("max")
    case "prior": return isVAE && model.isIGR
    case "gamma", "cont_c_linspace", "disc_c_linspace":
      return isVAE && model.mayHaveNormalPart && values["run_jv"] == .boolean(true)
    case "units_per_layer", "weight_decay", "min_learning_rate", "test_sample_size", "width_height":
      return experiment == .sop
    case "iter_per_epoch": return !experiment.usesImages
    case "target": return experiment == .approximation
    case "fit_loss": return experiment.fitsDistribution
    case "estimator", "toy_targets": return experiment == .relaxToy
    default: preconditionFailure("nobody says where '\(name)' applies")
    }
  }

  func refuseInapplicable(_ values: [String: HyperparameterValue]) throws(ConfigurationError) {
    for name in values.keys.sorted() where !applies(name, with: values) {
      let whose =
        experiment == .vae
        ? "\(model.rawValue)" : "experiment \(experiment.rawValue) with \(model.rawValue)"
      var advice = "leave it out of this model's case"
      if ["gamma", "cont_c_linspace", "disc_c_linspace"].contains(name), model.mayHaveNormalPart {
        advice = "it belongs to run_jv: true"
      }
      if name == "sample_from_disc_kl", model.isRelaxation {
        advice = "its discrete KL comes from frequencies, which have no gradient; \(advice)"
      }
      throw ConfigurationError(
        hyperparameter: name, message: "'\(name)' does not apply to \(whose); \(advice)")
    }
  }

  /// Values that follow from others. A derived value that was given must agree.
  func derive(_ values: inout [String: HyperparameterValue]) throws(ConfigurationError) {
    func give(_ name: String, _ value: HyperparameterValue) {
      if values[name] == nil, applies(name, with: values) { values[name] = value }
    }
    func demand(_ name: String, _ value: Int, _ why: String) throws(ConfigurationError) {
      if let given = values[name], given != .integer(value) {
        throw ConfigurationError(
          hyperparameter: name,
          message: "'\(name)': is \(value) for \(why), found \(given.canonicalJSON); leave it out")
      }
      values[name] = .integer(value)
    }
    if values["run_with_sample"] == .boolean(true) {
      give("batch_n", .integer(5))
      give("epochs", .integer(10))
    }
    if applies("n_required", with: values) {
      let sticks = model.isIGR || model == .relaxIGR ? 1 : 0
      // The maximum of IGR-SB may be given in place of the sticks.
      if values["n_required"] == nil, model.family == .igrSB,
        case .integer(let categories)? = values["latent_discrete_n"], categories > 1
      {
        values["n_required"] = .integer(categories - 1)
      }
      give("n_required", .integer(model.family == .mixture ? 20 : 10))
      guard case .integer(let nRequired)? = values["n_required"] else { return }
      let whose = "\(model.rawValue) with n_required \(nRequired)"
      try demand("latent_discrete_n", nRequired + sticks, whose)
      let parameters = model.family == .mixture ? 4 : model.isIGR || model == .relaxIGR ? 2 : 1
      try demand("num_of_discrete_param", parameters, whose)
      give(
        "num_of_discrete_var",
        .integer(experiment.fitsDistribution ? 1 : model.family == .mixture ? 50 : 20))
    }
    if model.mayHaveNormalPart, experiment == .vae {
      guard case .integer(let size) = values["latent_norm_n"] ?? .integer(0) else { return }
      if size == 0 {
        try demand("num_of_norm_var", 0, "latent_norm_n 0")
      } else {
        give("num_of_norm_var", .integer(1))
      }
      try demand("num_of_norm_param", size == 0 ? 0 : 2, "latent_norm_n \(size)")
    }
    give("truncation_option", .string("quantile"))
    let isMixture = model.family == .mixture
    give("quantile", .real(isMixture ? 75 : 50))
    give("threshold", .real(isMixture ? 0.9999 : 0.99))
    switch experiment {
    case .vae: give("architecture", .string(isMixture ? "dlgmm_dense" : "dense"))
    case .sop: give("architecture", .string("double_linear"))
    case .approximation, .simplexProximity, .priorFit:
      give("sample_size", .integer(10_000))
      give("learning_rate", .real(1e-2))
      give("epochs", .integer(experiment == .priorFit ? 1_000 : 200))
      give("iter_per_epoch", .integer(1))
    case .relaxToy:
      give("learning_rate", .real(1e-2))
      give("sample_size", .integer(100))
      give("iter_per_epoch", .integer(100))
    }
    deriveImages(&values)
  }

  private func deriveImages(_ values: inout [String: HyperparameterValue]) {
    guard experiment.usesImages, let dataset = values["dataset_name"]?.displayText else { return }
    let isBinary = dataset == "mnist" || dataset == "omniglot"
    if experiment == .vae, values["likelihood"] == nil {
      values["likelihood"] = .string(isBinary ? "bernoulli" : "gaussian")
    }
    if values["binarization"] == nil {
      values["binarization"] = .string(isBinary || experiment == .sop ? "threshold" : "none")
    }
    if values["architecture"] == .string("conv_jointvae"), values["resize"] == nil,
      let side = imageSide(of: dataset), side < 32
    {
      values["resize"] = .integer(32)
    }
  }
}

/// Height and width of a known data set's images as they are stored; nil for `hdf5:PATH`, whose file tells.
func imageSide(of dataset: String) -> Int? {
  switch dataset {
  case "mnist", "fmnist", "omniglot": 28
  case "cifar", "cifar:grey": 32
  case "celeb_a": 64
  default: nil
  }
}
