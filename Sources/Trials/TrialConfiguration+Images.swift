// Images, networks and pixels that do not go together.

extension TrialConfiguration {
  /// - Throws: `ConfigurationError` with the reason and what would work.
  func checkImages() throws(ConfigurationError) {
    if resize != 0, !(8...512).contains(resize) {
      throw refusal("resize", "a side of 8 to 512 pixels, or 0 for images as they are, found \(resize)")
    }
    if experiment == .sop { try checkHalves() } else { try checkArchitecture() }
    if binarization == .none, experiment == .sop || likelihood == .bernoulli {
      throw ConfigurationError(
        hyperparameter: "binarization",
        message: "'binarization: none' keeps grey values, which "
          + (experiment == .sop
            ? "structured output prediction cannot describe; use threshold or stochastic"
            : "'likelihood: bernoulli' cannot describe;"
              + " use threshold or stochastic, or likelihood: gaussian"))
    }
    if let images = trainingImageCount, validationN >= images {
      throw refusal("validation_n", "must leave images to train on; found \(validationN) of \(images)")
    }
  }

  /// Held-out images included; nil where only the data set's files tell.
  var trainingImageCount: Int? {
    runWithSample
      ? KnownImages.sampledTrainingCount : datasetName.flatMap(KnownImages.of)?.trainingCount
  }

  private func checkHalves() throws(ConfigurationError) {
    let networks: [Architecture] = [.doubleLinear, .tripleLinear, .nonlinear]
    guard networks.contains(architecture) else {
      throw refusal(
        "architecture",
        "experiment sop takes double_linear, triple_linear or nonlinear, found \(architecture.rawValue)")
    }
    guard values["width_height"]?.numbers == [14, 28, 1] else {
      throw refusal("width_height", "experiment sop predicts halves of 28×28 grey images: [14, 28, 1]")
    }
    let known = datasetName.flatMap(KnownImages.of)
    if let known, known.channels != 1 {
      throw refusal(
        "dataset_name",
        "experiment sop predicts halves of 28×28 grey images; \(datasetName ?? "") has colours; use mnist")
    }
    let side = resize > 0 ? resize : known?.side ?? 28
    if side != 28 {
      throw refusal(
        resize > 0 ? "resize" : "dataset_name",
        "experiment sop predicts halves of 28×28 grey images, found \(side)×\(side); "
          + (known?.side == 28 ? "leave resize out" : "set resize: 28"))
    }
  }

  private func checkArchitecture() throws(ConfigurationError) {
    let isMixtureNetwork = architecture == .dlgmmDense || architecture == .dlgmmConv
    switch architecture {
    case .doubleLinear, .tripleLinear, .nonlinear:
      throw refusal(
        "architecture", "\(architecture.rawValue) is a network of experiment sop; use dense or another")
    case _ where modelType.family == .mixture && !isMixtureNetwork:
      throw refusal(
        "architecture",
        "\(modelType.rawValue) takes dlgmm_dense or dlgmm_conv, found \(architecture.rawValue)")
    case _ where modelType.family != .mixture && isMixtureNetwork:
      throw refusal(
        "architecture",
        "\(architecture.rawValue) is a network of the mixtures DLGMM, not of \(modelType.rawValue)")
    default: break
    }
    let dataset = datasetName ?? ""
    guard let side = resize > 0 ? resize : KnownImages.of(dataset)?.side else { return }
    switch architecture {
    case .conv, .dlgmmConv:
      if side != 28 {
        throw refusal(
          "architecture",
          "\(architecture.rawValue) takes 28×28 images, found \(side)×\(side); set resize: 28"
            + (architecture == .conv ? " or use conv_jointvae" : " or use dlgmm_dense"))
      }
    case .convJointVAE:
      if side != 32 && side != 64 {
        throw refusal(
          "architecture",
          "conv_jointvae takes 32×32 or 64×64 images, found \(side)×\(side); set resize: \(side < 48 ? 32 : 64)"
        )
      }
    default: break
    }
  }
}
