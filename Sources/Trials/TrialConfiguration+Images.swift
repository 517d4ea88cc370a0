// Images, networks and pixels that do not go together.

extension TrialConfiguration {
  /// Whether only the data set's files tell if this trial can be trained: how large its images are, or whether any are
  /// left when `validation_n` are held out.
  public var dependsOnImages: Bool {
    guard let datasetName else { return false }
    guard let known = KnownImages.of(datasetName) else { return true }
    return known.trainingCount == nil && validationN > 0
  }

  /// Checks a trial against the images that its data set's files hold, where it `dependsOnImages`.
  ///
  /// - Throws: `ConfigurationError` with the reason and what would work.
  public func check(_ images: KnownImages) throws(ConfigurationError) {
    if experiment == .sop { try checkHalves(images) } else { try checkArchitecture(images) }
    try checkValidation(of: runWithSample ? KnownImages.sampledTrainingCount : images.trainingCount)
  }

  /// - Throws: `ConfigurationError` with the reason and what would work.
  func checkImages() throws(ConfigurationError) {
    let known = datasetName.flatMap(KnownImages.of)
    if resize != 0, !(8...512).contains(resize) {
      throw refusal("resize", "a side of 8 to 512 pixels, or 0 for images as they are, found \(resize)")
    }
    if experiment == .sop { try checkHalves(known) } else { try checkArchitecture(known) }
    if binarization == .none, experiment == .sop || likelihood == .bernoulli {
      throw ConfigurationError(
        hyperparameter: "binarization",
        message: "'binarization: none' keeps grey values, which "
          + (experiment == .sop
            ? "structured output prediction cannot describe; use threshold or stochastic"
            : "'likelihood: bernoulli' cannot describe;"
              + " use threshold or stochastic, or likelihood: gaussian"))
    }
    try checkValidation(of: trainingImageCount)
  }

  private func checkValidation(of images: Int?) throws(ConfigurationError) {
    guard let images, validationN >= images else { return }
    throw refusal(
      "validation_n",
      "must leave images to train on: \(validationN) held out of \(images) training images; give at most \(images - 1)"
    )
  }

  /// Held-out images included; nil where only the data set's files tell.
  var trainingImageCount: Int? {
    runWithSample
      ? KnownImages.sampledTrainingCount : datasetName.flatMap(KnownImages.of)?.trainingCount
  }

  private func checkHalves(_ known: KnownImages?) throws(ConfigurationError) {
    let networks: [Architecture] = [.doubleLinear, .tripleLinear, .nonlinear]
    guard networks.contains(architecture) else {
      throw refusal(
        "architecture",
        "experiment sop takes double_linear, triple_linear or nonlinear, found \(architecture.rawValue)")
    }
    guard values["width_height"]?.numbers == [14, 28, 1] else {
      throw refusal("width_height", "experiment sop predicts halves of 28×28 grey images: [14, 28, 1]")
    }
    if let known, known.channels != 1 {
      throw refusal(
        "dataset_name",
        "experiment sop predicts halves of 28×28 grey images; \(datasetName ?? "") has colours; use mnist")
    }
    let height = resize > 0 ? resize : known?.height ?? 28
    let width = resize > 0 ? resize : known?.width ?? 28
    if height != 28 || width != 28 {
      throw refusal(
        resize > 0 ? "resize" : "dataset_name",
        "experiment sop predicts halves of 28×28 grey images, found \(height)×\(width); "
          + (known?.side == 28 ? "leave resize out" : "set resize: 28"))
    }
  }

  private func checkArchitecture(_ known: KnownImages?) throws(ConfigurationError) {
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
    guard let known = known.map({ resize > 0 ? $0.resized(to: resize) : $0 }) ?? resizedOnly else { return }
    let size = "\(known.height)×\(known.width)"
    let side = known.height == known.width ? known.height : 0
    switch architecture {
    case .conv, .dlgmmConv:
      if side != 28 {
        throw refusal(
          "architecture",
          "\(architecture.rawValue) takes 28×28 images, found \(size); set resize: 28"
            + (architecture == .conv ? " or use conv_jointvae" : " or use dlgmm_dense"))
      }
    case .convJointVAE:
      if side != 32 && side != 64 {
        throw refusal(
          "architecture",
          "conv_jointvae takes 32×32 or 64×64 images, found \(size); set resize:"
            + " \(known.height < 48 ? 32 : 64)"
        )
      }
    default: break
    }
  }
}

extension TrialConfiguration {
  /// Images of which nothing is known but that they will have this size.
  private var resizedOnly: KnownImages? {
    resize > 0 ? KnownImages(height: resize, width: resize, channels: 1, trainingCount: nil) : nil
  }
}

extension KnownImages {
  fileprivate func resized(to side: Int) -> KnownImages {
    KnownImages(height: side, width: side, channels: channels, trainingCount: trainingCount)
  }
}
