import Datasets
import Randomness
import Trials
import VAE

/// The training of one model of images.
public final class TrainingSession: Session {
  private let configuration: TrialConfiguration
  private let model: any Model
  private let training: ImageSet
  private let progress: TrainingProgress
  private let measurement: Measurement
  /// The numbers of a fitted prior, so that the trial can be repeated without its fit.
  private let priorTensors: [NamedTensor]
  private let seed: UInt64
  private let trainingNoise: RandomKey
  private let shuffle: RandomKey
  /// One training step per batch size: the full one and that of the last, partial batch.
  private var steps: [Int: TrainingStep<Float>] = [:]

  /// Prepares a session.
  ///
  /// - Parameters:
  ///   - data: the images of `trial.configuration.datasetName`, whole.
  ///   - fittedPrior: what the trial's `priorFit` found; nil where it has none.
  ///   - snapshot: of the same trial, from `takeSnapshot` of an earlier session; nil begins anew.
  /// - Throws: `TrainingError` with cause `configuration` when the images do not fit the networks, or when the snapshot
  ///   is of another trial or its arrays do not fit the model.
  public init(
    trial: Trial, data: ImageDataset, fittedPrior: FittedPrior? = nil,
    resumingFrom snapshot: TrainingSnapshot?
  ) throws(TrainingError) {
    configuration = trial.configuration
    var data = configuration.runWithSample ? data.sampled() : data
    if configuration.resize > 0 { data = data.resized(to: configuration.resize) }
    let validation: ImageSet
    do {
      (training, validation) = try data.splittingValidation(configuration.validationN)
    } catch {
      throw TrainingError(cause: .configuration, message: "\(error)")
    }
    let image = ImageShape(height: training.height, width: training.width, channels: training.channels)
    model = try modelOfTrial(configuration, image: image, fittedPrior: fittedPrior)
    priorTensors = fittedPrior.map(Self.tensors(of:)) ?? []
    progress = TrainingProgress(trial: trial, parameters: model.parameters)
    seed = UInt64(configuration.seed)
    trainingNoise = RandomKey(seed: seed, purpose: .trainingNoise)
    shuffle = RandomKey(seed: seed, purpose: .shuffle)
    measurement = Measurement(
      configuration, model: model, state: progress.state, test: data.test, validation: validation)
    try progress.begin(from: snapshot)
  }

  public func run(
    _ observe: (TrainingEvent, _ takeSnapshot: () throws -> TrainingSnapshot) throws -> TrainingDirective
  ) throws -> TrainingResult? {
    func wantsStop(_ event: TrainingEvent) throws -> Bool {
      if case .stop = try observe(event, progress.takeSnapshot) { return true }
      return false
    }
    let state = progress.state
    if try wantsStop(.began(epoch: progress.epoch, step: state.step)) { return nil }
    if progress.metrics.epochs.isEmpty {
      guard try finishEpoch(number: 0, stoppedBy: wantsStop) else { return nil }
    }
    let batch = min(configuration.batchN, training.count)
    let stepsPerEpoch = (training.count + batch - 1) / batch
    while progress.epoch < configuration.epochs {
      let epoch = progress.epoch + 1
      let order = shuffle.permutation(training.count, step: UInt64(epoch))
      while progress.stepInEpoch < stepsPerEpoch {
        let start = progress.stepInEpoch * batch
        try takeStep(order[start..<min(start + batch, training.count)])
        if try wantsStop(.stepped(epoch: epoch, step: state.step)) { return nil }
      }
      guard try finishEpoch(number: epoch, stoppedBy: wantsStop) else { return nil }
    }
    guard
      let finals = try measurement.finals(report: { fraction in
        try wantsStop(.evaluated(fraction: fraction))
      })
    else { return nil }
    try progress.checkFinite([.testLogLikelihood: finals[.testLogLikelihood] ?? .nan])
    let unmetThreshold = progress.metrics.last(Metric.unmetThreshold.name) ?? 0
    return progress.result(
      finals: finals.merging([.unmetThreshold: unmetThreshold]) { $1 },
      tensors: measurement.pictures() + priorTensors,
      warnings: measurement.warnings(unmetThreshold: unmetThreshold))
  }

  private static func tensors(of prior: FittedPrior) -> [NamedTensor] {
    [("mu", prior.mu), ("xi", prior.xi)].map { name, values in
      NamedTensor(
        name: "prior/" + name, axes: ["stick"], shape: [values.count], values: values.map(Float.init))
    }
  }

  /// One optimiser step on these training images.
  private func takeStep(_ rows: ArraySlice<Int32>) throws(TrainingError) {
    let start = ContinuousClock.now
    let state = progress.state
    let recordsGradients = configuration.record.contains(.gradients)
    let step =
      steps[rows.count]
      ?? TrainingStep(
        model.trainingGraph(batch: rows.count, samples: configuration.sampleSize), state: state,
        recordsDiscreteGradient: recordsGradients)
    steps[rows.count] = step
    training.fill(
      rows: rows, into: step.images.baseAddress!,  // a batch has at least one image
      binarization: .of(configuration, seed: seed, epoch: progress.epoch + 1))
    fillNoise(step.noises, key: trainingNoise, step: UInt64(state.step))
    let loss = step.computeGradient()
    let norm = state.applyAdam(learningRate: learningRate(step: state.step))
    try step.check(loss: loss, gradientNorm: norm, epoch: progress.epoch + 1, step: state.step)
    var values: [Metric: Double] = [.trainLoss: Double(loss), .gradientNorm: norm]
    if recordsGradients {
      let spread = GradientSpread(of: step.discreteGradients)
      values[.vanishedGradients] = spread.vanishedShare
      values[.gradientVariance] = spread.variance
    }
    progress.countStep(values, took: ContinuousClock.now - start)
  }

  /// - Parameter step: the optimiser's, 0 for the first.
  private func learningRate(step: Int) -> Double {
    guard configuration.experiment == .sop else { return configuration.learningRate }
    return LearningRateSchedule(
      rate: configuration.learningRate, decay: configuration.weightDecay,
      minimum: configuration.minLearningRate
    ).rate(atStep: step)
  }

  /// Measures what is due after an epoch, adds its row and begins the next epoch.
  ///
  /// - Returns: false when the observer wants to stop.
  private func finishEpoch(number: Int, stoppedBy wantsStop: (TrainingEvent) throws -> Bool) throws -> Bool {
    var measured: [Metric: Double] = [:]
    if !configuration.modelType.isTruncated, configuration.experiment == .vae {
      measured[.nRequired] = Double(configuration.nRequired)
    }
    if configuration.isMeasured(after: number) {
      guard
        let found = try measurement.epoch(
          number, report: { fraction in try wantsStop(.evaluated(fraction: fraction)) })
      else { return false }
      try progress.checkFinite(found)
      measured.merge(found) { $1 }
    }
    let (row, rate) = progress.finishEpoch(number, measured: measured, examples: training.count)
    return try !wantsStop(.measured(epoch: number, metrics: row, imagesPerSecond: rate))
  }
}

/// What is recorded of a step's gradients with respect to the discrete parameters.
private struct GradientSpread {
  /// Share of |g| ≤ 1e-10.
  let vanishedShare: Double
  let variance: Double

  init(of gradients: [UnsafeMutableBufferPointer<Float>]) {
    var (count, vanished, sum, squares) = (0.0, 0.0, 0.0, 0.0)
    for gradient in gradients {
      count += Double(gradient.count)
      for value in gradient {
        if abs(value) <= 1e-10 { vanished += 1 }
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
    }
    let mean = sum / max(count, 1)
    vanishedShare = vanished / max(count, 1)
    variance = squares / max(count, 1) - mean * mean
  }
}
