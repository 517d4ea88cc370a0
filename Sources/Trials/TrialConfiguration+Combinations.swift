// Values that are right alone but not together.

extension TrialConfiguration {
  /// - Throws: `ConfigurationError` with the reason and what would work.
  func checkCombinations() throws(ConfigurationError) {
    try checkSizes()
    try checkObjective()
    if experiment.usesImages { try checkImages() }
  }

  private func refusal(_ name: String, _ message: String) -> ConfigurationError {
    ConfigurationError(hyperparameter: name, message: "'\(name)': " + message)
  }

  private func checkSizes() throws(ConfigurationError) {
    switch modelType.family {
    case .gumbelSoftmax where experiment != .sop && nRequired < 2:
      throw refusal("n_required", "GS needs at least 2 categories, found \(nRequired)")
    case .relax where modelType == .relaxGSDis && nRequired < 2:
      throw refusal("n_required", "GS needs at least 2 categories, found \(nRequired)")
    case .mixture where nRequired < 2:
      throw refusal("n_required", "a mixture needs at least 2 components, found \(nRequired)")
    case .vae where latentNormN == 0:
      throw refusal("latent_norm_n", "VAE has normal latents only; give at least 1, found 0")
    default: break
    }
    if values["quantile"] != nil, quantile > 100 {
      throw refusal("quantile", "is a percentile, at most 100, found \(quantile)")
    }
    if values["threshold"] != nil, threshold >= 1 {
      throw refusal("threshold", "is a mass below 1, found \(threshold)")
    }
    if let prior, prior.mu.count != nRequired {
      throw refusal(
        "prior", "has \(prior.mu.count) sticks, the model n_required = \(nRequired); fit one of that size")
    }
    if experiment == .approximation, target == .discrete, latentDiscreteN < 10 {
      throw refusal(
        "n_required", "the target 'discrete' has 10 points, the model \(latentDiscreteN) categories")
    }
    if experiment == .relaxToy, let wrong = toyTargets.first(where: { $0 > 1 }) {
      throw refusal("toy_targets", "each is between 0 and 1, found \(wrong)")
    }
  }

  private func checkObjective() throws(ConfigurationError) {
    if runClosedFormKL, !sampleFromDiscKL {
      throw ConfigurationError(
        hyperparameter: "run_closed_form_kl",
        message:
          "'run_closed_form_kl: true' and 'sample_from_disc_kl: false' name two different KL terms; give one")
    }
    guard runJV else { return }
    if latentNormN == 0 {
      throw refusal("run_jv", "JointVAE has normal and discrete latents; give latent_norm_n")
    }
    for name in ["cont_c_linspace", "disc_c_linspace"] {
      let schedule = values[name]?.numbers ?? []
      if schedule[2] < 1 || schedule[2] != schedule[2].rounded() {
        throw refusal(name, "its third number counts iterations, at least 1, found \(schedule[2])")
      }
    }
  }

  private func checkImages() throws(ConfigurationError) {
    let dataset = datasetName ?? ""
    try checkArchitecture(dataset)
    if binarization == .none, experiment == .sop || likelihood == .bernoulli {
      throw ConfigurationError(
        hyperparameter: "binarization",
        message: "'binarization: none' keeps grey values, which "
          + (experiment == .sop
            ? "structured output prediction cannot describe; use threshold or stochastic"
            : "'likelihood: bernoulli' cannot describe;"
              + " use threshold or stochastic, or likelihood: gaussian"))
    }
    if resize != 0, !(8...512).contains(resize) {
      throw refusal("resize", "a side of 8 to 512 pixels, or 0 for images as they are, found \(resize)")
    }
    let trainingImages = runWithSample ? 60 : Self.trainingImageCount(of: dataset)
    if let trainingImages, validationN >= trainingImages {
      throw refusal(
        "validation_n", "must leave images to train on; found \(validationN) of \(trainingImages)")
    }
  }

  private func checkArchitecture(_ dataset: String) throws(ConfigurationError) {
    let side = resize > 0 ? resize : imageSide(of: dataset)
    let isMixture = modelType.family == .mixture
    switch architecture {
    case .doubleLinear, .tripleLinear, .nonlinear:
      guard experiment == .sop else {
        throw refusal(
          "architecture", "\(architecture.rawValue) is a network of experiment sop; use dense or another")
      }
      guard numbers("width_height") == [14, 28, 1] else {
        throw refusal("width_height", "halves of 28×28 images only: [14, 28, 1]")
      }
      if dataset.hasPrefix("hdf5:") || side == 28 { return }
      throw refusal("dataset_name", "experiment sop predicts halves of 28×28 images; use mnist or omniglot")
    default:
      if experiment == .sop {
        throw refusal(
          "architecture",
          "experiment sop takes double_linear, triple_linear or nonlinear, found"
            + " \(architecture.rawValue)")
      }
    }
    let isMixtureNetwork = architecture == .dlgmmDense || architecture == .dlgmmConv
    if isMixture != isMixtureNetwork {
      throw refusal(
        "architecture",
        isMixture
          ? "\(modelType.rawValue) takes dlgmm_dense or dlgmm_conv, found \(architecture.rawValue)"
          : "\(architecture.rawValue) is a network of the mixtures DLGMM, not of \(modelType.rawValue)")
    }
    guard let side else { return }
    switch architecture {
    case .conv, .dlgmmConv:
      if side != 28 {
        throw refusal(
          "architecture",
          "\(architecture.rawValue) takes 28×28 images, \(dataset) gives \(side)×\(side);"
            + " set resize: 28 or use conv_jointvae")
      }
    case .convJointVAE:
      if side != 32 && side != 64 {
        throw refusal(
          "architecture", "conv_jointvae takes 32×32 or 64×64 images, found \(side)×\(side); set resize: 32")
      }
    default: break
    }
  }

  private func numbers(_ name: String) -> [Double] { values[name]?.numbers ?? [] }

  /// Training images of a known data set; nil where only its files tell.
  static func trainingImageCount(of dataset: String) -> Int? {
    switch dataset {
    case "mnist", "fmnist": 60_000
    case "omniglot": 24_345
    case "cifar", "cifar:grey": 50_000
    case "celeb_a": 162_770
    default: nil
    }
  }
}
