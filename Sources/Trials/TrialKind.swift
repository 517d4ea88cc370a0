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
        hyperparameter: "model_type",
        message: "'model_type' is required, as in model_type: IGR_I_Dis, and not given")
    }
    self.model = model
    guard experiment.models.contains(model) else {
      throw ConfigurationError(
        hyperparameter: "model_type",
        message: "'model_type': \(text) does not go with experiment \(experiment.rawValue); it takes "
          + experiment.models.map(\.rawValue).joined(separator: ", "))
    }
    let required = [("dataset_name", "mnist"), ("temp", "0.5"), ("target", "poisson")]
    for (name, example) in required where values[name] == nil && needs(name) {
      let whose = name == "temp" ? text : "experiment \(experiment.rawValue)"
      throw ConfigurationError(
        hyperparameter: name,
        message: "'\(name)' is required for \(whose), as in \(name): \(example), and not given")
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
    case "experiment", "model_type", "seed", "learning_rate", "epochs", "sample_size", "save_every",
      "precision":
      return true
    case "dataset_name", "architecture", "batch_n", "check_every", "run_with_sample", "binarization",
      "resize":
      return experiment.usesImages
    case "likelihood", "validation_n", "sample_size_testing", "record": return isVAE
    case "temp": return model.isRelaxation
    case "n_required", "latent_discrete_n", "num_of_discrete_param", "num_of_discrete_var":
      return (isVAE && model != .vae) || experiment.fitsDistribution
    case "sample_from_disc_kl", "test_with_one_hot": return isVAE && model.isRelaxation
    case "run_closed_form_kl", "prior": return isVAE && model.isIGR
    case "stick_the_landing": return isVAE && (model.isRelaxation || model == .vae)
    case "latent_norm_n", "num_of_norm_var", "num_of_norm_param", "sample_from_cont_kl", "run_jv":
      return isVAE && model.mayHaveNormalPart
    case "truncation_option", "quantile", "threshold":
      guard isVAE || experiment.fitsDistribution, model.isTruncated else { return false }
      return name != "quantile" || values["truncation_option"] != .string("max")
    case "gamma", "cont_c_linspace":
      return isVAE && model.mayHaveNormalPart && values["run_jv"] == .boolean(true)
    case "disc_c_linspace":
      return isVAE && model.mayHaveNormalPart && model != .vae && values["run_jv"] == .boolean(true)
    case "units_per_layer", "weight_decay", "min_learning_rate", "test_sample_size", "width_height":
      return experiment == .sop
    case "iter_per_epoch": return experiment != .vae
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
      throw ConfigurationError(
        hyperparameter: name,
        message: "'\(name)' does not apply to \(whose): \(reasonAgainst(name)); leave it out here")
    }
  }

  /// Why a name that does not apply does not.
  private func reasonAgainst(_ name: String) -> String {
    switch name {
    case "units_per_layer", "weight_decay", "min_learning_rate", "test_sample_size", "width_height":
      return "it belongs to experiment sop"
    case "target": return "it belongs to experiment approximation"
    case "estimator", "toy_targets": return "it belongs to experiment relax_toy"
    case "fit_loss": return "it belongs to experiments that fit a distribution"
    case "iter_per_epoch": return "an epoch is one pass over the training images"
    case "dataset_name", "architecture", "batch_n", "check_every", "run_with_sample", "binarization",
      "resize":
      return "it has no images"
    case "sample_size_testing" where experiment == .sop: return "test_sample_size is its name there"
    default: break
    }
    let discreteOnly = ["temp", "sample_from_disc_kl", "test_with_one_hot", "disc_c_linspace"]
    if model == .vae, discreteOnly.contains(name) || Self.sizes.contains(name) {
      return "it has normal latents only"
    }
    switch name {
    case "temp":
      return model.family == .relax
        ? "the temperature of its control variate is trained" : "its weights are not relaxed"
    case "truncation_option", "quantile", "threshold":
      return model.isTruncated && experiment != .sop
        ? "truncation_option: max takes the largest count"
        : "only IGR_SB, IGR_SB_Dis, DLGMM_Var and DLGMM_IGR_SB drop sticks"
    default: break
    }
    switch experiment {
    case .vae: return reasonAgainstInVAE(name)
    case .sop where Self.sizes.contains(name): return "its layers have units_per_layer binary units"
    case .relaxToy where Self.sizes.contains(name): return "toy_targets has one number for each of its bits"
    default: return "it belongs to experiment vae"
    }
  }

  private static let sizes = [
    "n_required", "latent_discrete_n", "num_of_discrete_param", "num_of_discrete_var",
  ]

  private func reasonAgainstInVAE(_ name: String) -> String {
    if model.mayHaveNormalPart, ["gamma", "cont_c_linspace", "disc_c_linspace"].contains(name) {
      return "it belongs to run_jv: true"
    }
    switch name {
    case "run_closed_form_kl", "prior": return "only IGR's relaxations have Gaussians"
    case "sample_from_disc_kl", "stick_the_landing", "test_with_one_hot":
      return "it is for relaxations, which train on samples between the vertices"
    default: break
    }
    switch model.family {
    case .relax: return "RELAX estimates gradients of discrete latents alone"
    case .mixture: return "its only latents are a mixture's"
    default: return "it has discrete latents only; \(model.rawValue.dropLast(4)) may have normal ones"
    }
  }
}
