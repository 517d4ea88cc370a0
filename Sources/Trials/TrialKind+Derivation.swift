// Values that follow from others.

extension TrialKind {
  /// Fills in what follows from other values.
  ///
  /// - Throws: `ConfigurationError` where a derived value was given and does not agree.
  func derive(_ values: inout [String: HyperparameterValue]) throws(ConfigurationError) {
    if values["run_with_sample"] == .boolean(true) {
      give("batch_n", .integer(5), to: &values)
      give("epochs", .integer(10), to: &values)
    }
    try deriveSizes(&values)
    give("truncation_option", .string("quantile"), to: &values)
    let isMixture = model.family == .mixture
    give("quantile", .real(isMixture ? 75 : 50), to: &values)
    give("threshold", .real(isMixture ? 0.9999 : 0.99), to: &values)
    switch experiment {
    case .vae: give("architecture", .string(isMixture ? "dlgmm_dense" : "dense"), to: &values)
    case .sop:
      give("architecture", .string("double_linear"), to: &values)
      try deriveStepsPerEpoch(&values)
    case .approximation, .simplexProximity, .priorFit:
      give("sample_size", .integer(10_000), to: &values)
      give("learning_rate", .real(1e-2), to: &values)
      give("epochs", .integer(experiment == .priorFit ? 1_000 : 200), to: &values)
      give("iter_per_epoch", .integer(1), to: &values)
    case .relaxToy:
      give("learning_rate", .real(1e-2), to: &values)
      give("sample_size", .integer(100), to: &values)
      give("iter_per_epoch", .integer(100), to: &values)
    }
    if experiment.usesImages { deriveImages(&values) }
  }

  private func give(
    _ name: String, _ value: HyperparameterValue, to values: inout [String: HyperparameterValue]
  ) {
    if values[name] == nil, applies(name, with: values) { values[name] = value }
  }

  private func demand(
    _ name: String, _ value: Int, _ why: String, in values: inout [String: HyperparameterValue]
  ) throws(ConfigurationError) {
    if let given = values[name], given != .integer(value) {
      throw ConfigurationError(
        hyperparameter: name,
        message: "'\(name)': is \(value) for \(why), found \(given.canonicalJSON); leave it out")
    }
    values[name] = .integer(value)
  }

  private func deriveSizes(_ values: inout [String: HyperparameterValue]) throws(ConfigurationError) {
    if applies("n_required", with: values) {
      let sticks = model.addsCategory ? 1 : 0
      // The maximum of IGR-SB may be given in place of the sticks.
      if values["n_required"] == nil, model.family == .igrSB,
        case .integer(let categories)? = values["latent_discrete_n"]
      {
        guard categories > 1 else {
          throw ConfigurationError(
            hyperparameter: "latent_discrete_n",
            message:
              "'latent_discrete_n': \(model.rawValue) needs at least 2 categories, found \(categories)")
        }
        values["n_required"] = .integer(categories - 1)
      }
      give("n_required", .integer(model.family == .mixture ? 20 : 10), to: &values)
      guard case .integer(let nRequired)? = values["n_required"] else { return }
      let whose = "\(model.rawValue) with n_required \(nRequired)"
      try demand("latent_discrete_n", nRequired + sticks, whose, in: &values)
      try demand("num_of_discrete_param", model.parametersPerCategory, whose, in: &values)
      give(
        "num_of_discrete_var",
        .integer(experiment.fitsDistribution ? 1 : model.family == .mixture ? 50 : 20), to: &values)
    }
    if applies("latent_norm_n", with: values) {
      guard case .integer(let size) = values["latent_norm_n"] ?? .integer(0) else { return }
      if size == 0 {
        try demand("num_of_norm_var", 0, "latent_norm_n 0", in: &values)
      } else {
        give("num_of_norm_var", .integer(1), to: &values)
      }
      try demand("num_of_norm_param", size == 0 ? 0 : 2, "latent_norm_n \(size)", in: &values)
    }
  }

  /// `iter_per_epoch` of a model of images is the number of its batches, where the images can be counted before their
  /// files are read.
  private func deriveStepsPerEpoch(
    _ values: inout [String: HyperparameterValue]
  ) throws(ConfigurationError) {
    let dataset = values["dataset_name"]?.displayText ?? ""
    let isSampled = values["run_with_sample"] == .boolean(true)
    guard case .integer(let batch) = values["batch_n"] ?? .integer(100),
      let images = isSampled ? KnownImages.sampledTrainingCount : KnownImages.of(dataset)?.trainingCount
    else {
      if values["iter_per_epoch"] != nil {
        throw ConfigurationError(
          hyperparameter: "iter_per_epoch",
          message: "'iter_per_epoch': follows from the images of \(dataset) and batch_n; leave it out")
      }
      return
    }
    try demand(
      "iter_per_epoch", (images - 1) / batch + 1, "\(images) images in batches of \(batch)", in: &values)
  }

  private func deriveImages(_ values: inout [String: HyperparameterValue]) {
    let dataset = values["dataset_name"]?.displayText ?? ""
    let isBinary = dataset == "mnist" || dataset == "omniglot"
    give("likelihood", .string(isBinary ? "bernoulli" : "gaussian"), to: &values)
    give(
      "binarization", .string(isBinary || experiment == .sop ? "threshold" : "none"), to: &values)
    guard let side = KnownImages.of(dataset)?.side else { return }
    if values["architecture"] == .string("conv_jointvae"), side < 32 {
      give("resize", .integer(32), to: &values)
    }
    // The size that the images have is no resizing; so both ways of writing it are one trial.
    if values["resize"] == .integer(side) { values["resize"] = .integer(0) }
  }
}
