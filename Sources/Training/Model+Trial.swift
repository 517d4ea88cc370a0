import Randomness
import Trials
import VAE

/// The model of a trial of images.
///
/// - Parameter fittedPrior: what the trial's `priorFit` found.
/// - Throws: `TrainingError` with cause `configuration` when the images or the prior do not fit the networks.
func modelOfTrial(
  _ trial: TrialConfiguration, image: ImageShape, fittedPrior: FittedPrior? = nil
) throws(TrainingError) -> any Model {
  if trial.experiment == .sop { return try structuredOutputModel(trial, image: image) }
  guard let architecture = Architecture(rawValue: trial.architecture.rawValue) else {
    preconditionFailure("planning lets \(trial.architecture.rawValue) pass for experiment sop only")
  }
  if let refusal = Network.refusal(architecture, image: image) {
    throw TrainingError(cause: .configuration, message: refusal)
  }
  let networks = ImageNetworks(
    image: image, architecture: architecture,
    likelihood: trial.likelihood == .gaussian ? .gaussian : .bernoulli,
    // The final activation belongs to the data set: linear for strokes, ELU for everything else. Logits need the whole
    // line whatever the data: ELU would end them at −1.
    outputActivation: trial.likelihood == .bernoulli
      || ["mnist", "omniglot"].contains(trial.datasetName) ? .linear : .elu)
  switch trial.modelType.family {
  case .relax:
    let kind: RelaxConfiguration.Kind =
      switch trial.modelType {
      case .relaxBerDis: .bernoulli
      case .relaxIGR: .igr
      default: .categorical
      }
    return RelaxConfiguration(
      kind: kind, categories: trial.latentDiscreteN, variables: trial.numOfDiscreteVar, networks: networks)
  case .mixture:
    let isKumaraswamy = trial.modelType == .dlgmm || trial.modelType == .dlgmmVar
    return MixtureConfiguration(
      sticks: isKumaraswamy ? .kumaraswamy : .logitNormal,
      truncation: trial.modelType.isTruncated ? Truncation(trial) : nil, components: trial.nRequired,
      dimension: trial.numOfDiscreteVar, networks: networks,
      priorKey: RandomKey(seed: UInt64(trial.seed), purpose: .mixturePrior))
  default:
    var model = VAEConfiguration(trial, networks: networks)
    if let prior = try priorOfTrial(trial, fitted: fittedPrior) { model.prior = prior }
    return model
  }
}

/// The prior that another trial fitted; nil where the trial names none.
private func priorOfTrial(
  _ trial: TrialConfiguration, fitted: FittedPrior?
) throws(TrainingError) -> VAEConfiguration.Prior? {
  guard let fit = trial.priorFit else { return nil }
  guard let fitted else {
    // The coordinator could not read it; it may the next time.
    throw TrainingError(cause: .disk, message: "the lease came without the prior that trial \(fit) fitted")
  }
  guard fitted.mu.count == trial.nRequired else {
    throw TrainingError(
      cause: .configuration,
      message: "trial \(fit) fitted a prior of \(fitted.mu.count) sticks, this trial has \(trial.nRequired)")
  }
  return VAEConfiguration.Prior(mu: fitted.mu, xi: fitted.xi)
}

private func structuredOutputModel(
  _ trial: TrialConfiguration, image: ImageShape
) throws(TrainingError) -> any Model {
  guard image.height == 28, image.width == 28, image.channels == 1 else {
    throw TrainingError(
      cause: .configuration,
      message: "experiment sop predicts halves of 28×28 grey images, found"
        + " \(image.height)×\(image.width)×\(image.channels)")
  }
  guard let network = StructuredOutputConfiguration.Network(rawValue: trial.architecture.rawValue) else {
    preconditionFailure("planning refuses \(trial.architecture.rawValue) for experiment sop")
  }
  let relaxation: StructuredOutputConfiguration.Relaxation =
    switch trial.modelType.family {
    case .gumbelSoftmax: .gumbelSoftmax
    case .igrPlanar: .igrPlanar
    // A stick broken once is IGR-I under another name (engine specification part 10).
    default: .igrI
    }
  return StructuredOutputConfiguration(
    relaxation: relaxation, network: network, temperature: trial.temperature, units: trial.unitsPerLayer)
}

extension VAEConfiguration.Relaxation {
  /// - Precondition: the trial's model is a relaxation or `VAE`.
  init(_ trial: TrialConfiguration) {
    switch trial.modelType.family {
    case .vae: self = .none
    case .gumbelSoftmax: self = .gumbelSoftmax
    case .igrI: self = .igrI
    case .igrPlanar: self = .igrPlanar
    case .igrSBFinite: self = .igrSBFinite
    case .igrSB: self = .igrSB(Truncation(trial))
    case .relax, .mixture: preconditionFailure("\(trial.modelType) relaxes nothing")
    }
  }
}

extension Truncation {
  init(_ trial: TrialConfiguration) {
    self.init(
      option: trial.truncationOption == .max ? .maximum : .quantile(trial.quantile),
      threshold: trial.threshold)
  }
}

extension VAEConfiguration {
  init(_ trial: TrialConfiguration, networks: ImageNetworks) {
    self.init(
      relaxation: Relaxation(trial), temperature: trial.temperature, categories: trial.latentDiscreteN,
      variables: trial.numOfDiscreteVar, networks: networks)
    normalSize = trial.latentNormN
    normalVariables = trial.numOfNormVar
    divergence = trial.runClosedFormKL ? .gaussian : trial.sampleFromDiscKL ? .sampled : .discrete
    normalDivergence = trial.sampleFromContKL ? .sampled : .closed
    stickTheLanding = trial.stickTheLanding
    prior = trial.prior.map { Prior(mu: $0.mu, xi: $0.xi) }
    if trial.runJV {
      let (continuous, discrete) = (trial.contCLinspace, trial.discCLinspace)
      joint = JointObjective(
        gamma: trial.gamma,
        continuous: CapacitySchedule(from: continuous[0], to: continuous[1], over: Int(continuous[2])),
        discrete: hasDiscretePart
          ? CapacitySchedule(
            from: discrete[0], to: discrete[1], over: Int(discrete[2]), variables: variables,
            categories: categories) : CapacitySchedule(from: 0, to: 0, over: 1))
    }
  }
}

extension DistributionFitConfiguration {
  init(_ trial: TrialConfiguration) {
    let target: TargetDistribution =
      if trial.experiment == .approximation {
        switch trial.target {
        case .uniform: .uniform
        case .mixture: .uniformMixture
        case .discrete: .discrete
        case .binomial: .binomial
        case .poisson: .poisson
        case .geometric: .geometric
        case .negativeBinomial: .negativeBinomial
        }
      } else {
        .uniform
      }
    self.init(
      relaxation: .init(trial), temperature: trial.temperature, categories: trial.latentDiscreteN,
      variables: trial.numOfDiscreteVar, logTarget: target.logMasses(trial.latentDiscreteN),
      loss: trial.fitLoss == .squared ? .squaredDistance : .divergence)
  }
}
