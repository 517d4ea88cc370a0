// Values that are right alone but not together.

extension TrialConfiguration {
  /// - Throws: `ConfigurationError` with the reason and what would work.
  func checkCombinations() throws(ConfigurationError) {
    try checkSizes()
    try checkFreeValues()
    try checkPrior()
    try checkFit()
    if experiment == .vae {
      try checkDivergences()
      try checkJointObjective()
      try checkRecord()
    }
    if experiment.usesImages { try checkImages() }
  }

  func refusal(_ name: String, _ message: String) -> ConfigurationError {
    ConfigurationError(hyperparameter: name, message: "'\(name)': " + message)
  }

  private func checkSizes() throws(ConfigurationError) {
    switch modelType.family {
    case .gumbelSoftmax where values["n_required"] != nil && nRequired < 2:
      throw refusal("n_required", "GS needs at least 2 categories, found \(nRequired)")
    case .relax where modelType == .relaxGSDis && nRequired < 2:
      throw refusal("n_required", "GS needs at least 2 categories, found \(nRequired)")
    case .mixture where nRequired < 2:
      throw refusal("n_required", "a mixture needs at least 2 components, found \(nRequired)")
    case .vae where latentNormN == 0:
      throw refusal("latent_norm_n", "VAE has normal latents only; give at least 1, found 0")
    default: break
    }
    if latentNormN > 0, numOfNormVar == 0 {
      throw refusal("num_of_norm_var", "is at least 1 with latent_norm_n \(latentNormN), found 0")
    }
    for (size, number) in [("n_required", "num_of_discrete_var"), ("latent_norm_n", "num_of_norm_var")] {
      guard case .integer(let a)? = values[size], case .integer(let b)? = values[number] else { continue }
      let product = Double(a) * Double(b)
      // The layers beside 10^6 latents have billions of weights; and no product of sizes can overflow.
      if product > 1_000_000 {
        throw refusal(
          size, "\(size) × \(number) is \(HyperparameterValue.canonicalNumber(product)), at most 1000000 here"
        )
      }
    }
    // Measurements of an epoch draw their noise from a counter with 21 bits for the epoch.
    if experiment.usesImages, epochs > 2_097_151 {
      throw refusal("epochs", "at most 2097151, found \(epochs)")
    }
  }

  /// Every check that a name of `ConfigurationTemplate.freeNames` takes part in.
  func checkFreeValues() throws(ConfigurationError) {
    try checkTruncation()
    try checkLearningRate()
  }

  private func checkTruncation() throws(ConfigurationError) {
    if values["quantile"] != nil, quantile > 100 {
      throw refusal("quantile", "is a percentile, at most 100, found \(quantile)")
    }
    if values["threshold"] != nil, threshold >= 1 {
      throw refusal("threshold", "is a mass below 1, found \(threshold)")
    }
  }

  private func checkLearningRate() throws(ConfigurationError) {
    guard experiment == .sop, learningRate < minLearningRate else { return }
    throw refusal(
      "learning_rate",
      "\(learningRate) is below min_learning_rate \(minLearningRate), at which training would go on; lower that too"
    )
  }

  private func checkPrior() throws(ConfigurationError) {
    if let prior, prior.mu.count != nRequired {
      throw refusal(
        "prior",
        "has \(prior.mu.count) sticks and \(modelType.rawValue) n_required = \(nRequired); fit one of that size,"
          + " or set n_required: \(prior.mu.count)")
    }
    if prior != nil || priorFit != nil, !sampleFromDiscKL {
      throw refusal(
        "prior",
        "does not enter 'sample_from_disc_kl: false', the KL against the uniform distribution; leave one out")
    }
  }

  private func checkFit() throws(ConfigurationError) {
    if experiment == .approximation, target == .discrete, latentDiscreteN < 10 {
      throw refusal(
        "n_required",
        "the target 'discrete' has 10 points, \(modelType.rawValue) \(latentDiscreteN) categories")
    }
    guard experiment == .relaxToy else { return }
    if let wrong = toyTargets.first(where: { $0 > 1 }) {
      throw refusal(
        "toy_targets", "each is between 0 and 1, found \(HyperparameterValue.canonicalNumber(wrong))")
    }
    if sampleSize < 2 {
      throw refusal(
        "sample_size", "the gradient's variance needs at least 2 draws per step, found \(sampleSize)")
    }
  }

  private func checkDivergences() throws(ConfigurationError) {
    if runClosedFormKL, !sampleFromDiscKL {
      throw ConfigurationError(
        hyperparameter: "run_closed_form_kl",
        message:
          "'run_closed_form_kl: true' and 'sample_from_disc_kl: false' name two different KL terms; give one")
    }
    if runClosedFormKL, modelType.family == .igrPlanar {
      throw refusal("run_closed_form_kl", "the planar flow has no closed KL; leave it out")
    }
    if !sampleFromDiscKL, !modelType.hasDiscreteKL {
      throw refusal(
        "sample_from_disc_kl",
        "the discrete KL of \(modelType.rawValue) comes from frequencies, which have no gradient; leave it out"
      )
    }
    let samplesDiscrete = modelType != .vae && sampleFromDiscKL && !runClosedFormKL
    let samplesNormal = latentNormN > 0 && sampleFromContKL
    if stickTheLanding, !samplesDiscrete, !samplesNormal {
      throw refusal("stick_the_landing", "no KL is sampled here, so no log q is; leave it out")
    }
  }

  private func checkJointObjective() throws(ConfigurationError) {
    guard runJV else { return }
    if latentNormN == 0 {
      throw refusal("run_jv", "JointVAE has normal and discrete latents; give latent_norm_n")
    }
    for name in ["cont_c_linspace", "disc_c_linspace"] {
      guard let iterations = values[name]?.numbers.last else { continue }
      if iterations < 1 || iterations != iterations.rounded() || iterations > Double(Self.largestInteger) {
        throw refusal(
          name,
          "its third number counts iterations, at least 1, found"
            + " \(HyperparameterValue.canonicalNumber(iterations))")
      }
    }
  }

  private func checkRecord() throws(ConfigurationError) {
    let isVAEOrRelaxation = modelType == .vae || modelType.isRelaxation
    if record.contains(.gradients), modelType == .vae || modelType.family == .mixture {
      throw refusal(
        "record", "gradients are those of a discrete part, which \(modelType.rawValue) has not; remove it")
    }
    if record.contains(.vertexDistance), !modelType.isRelaxation {
      throw refusal(
        "record",
        "vertex_distance is that of relaxed samples, which \(modelType.rawValue) has not; remove it")
    }
    if record.contains(.traversals), !isVAEOrRelaxation {
      throw refusal(
        "record", "traversals are there for VAE and the relaxations, not for \(modelType.rawValue); remove it"
      )
    }
  }
}
