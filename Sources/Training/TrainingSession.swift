import Datasets
import Randomness
import Trials
import VAE

/// The training of one trial, from its first step or from a snapshot to its final measurements.
///
/// The numbers depend on the trial's configuration and the images alone: every random number is a function of seed,
/// purpose, step and place, so a session that is continued from a snapshot gives the same bytes as one that was
/// never interrupted. Not thread-safe.
public final class TrainingSession {
  private let trial: Trial
  private let configuration: TrialConfiguration
  private let model: VAEConfiguration
  private let training: ImageSet
  private let state: ModelState<Float>
  private let measurement: Measurement
  private let seed: UInt64
  private let trainingNoise: RandomKey
  private let shuffle: RandomKey

  private var metrics = EpochTable(names: Metric.perEpoch.map(\.name))
  private var timing = EpochTable(names: ["seconds", "images_per_second"])
  /// Finished epochs, and finished steps of the next one.
  private var epoch = 0
  private var stepInEpoch = 0
  /// Of the unfinished epoch.
  private var lossSum = 0.0
  private var gradientNormSum = 0.0
  private var seconds = 0.0
  /// One training step per batch size: the full one and that of the last, partial batch.
  private var steps: [Int: TrainingStep<Float>] = [:]

  /// Prepares a session.
  ///
  /// - Parameters:
  ///   - data: the images of `trial.configuration.datasetName`, whole.
  ///   - snapshot: of the same trial, from `takeSnapshot` of an earlier session; nil begins anew.
  /// - Throws: `TrainingError` with cause `configuration` when the snapshot is of another trial or its arrays do not
  ///   fit the model.
  public init(trial: Trial, data: ImageDataset, resumingFrom snapshot: TrainingSnapshot?)
    throws(TrainingError)
  {
    self.trial = trial
    configuration = trial.configuration
    let data = configuration.runWithSample ? data.sampled() : data
    let validation: ImageSet
    do {
      (training, validation) = try data.splittingValidation(configuration.validationN)
    } catch {
      throw TrainingError(cause: .configuration, message: "\(error)")
    }
    model = VAEConfiguration(configuration, pixels: training.imageSize, channels: training.channels)
    state = ModelState(parameters: VAEGraph.parameters(of: model))
    seed = UInt64(configuration.seed)
    trainingNoise = RandomKey(seed: seed, purpose: .trainingNoise)
    shuffle = RandomKey(seed: seed, purpose: .shuffle)
    measurement = Measurement(
      configuration, model: model, state: state, test: data.test, validation: validation)
    if let snapshot {
      try restore(snapshot)
    } else {
      state.start(key: RandomKey(seed: seed, purpose: .weights))
    }
  }

  /// Trains to the end.
  ///
  /// - Parameter observe: called after every event. Its second argument takes a snapshot of the session as it is in
  ///   that event.
  /// - Returns: the result, or nil when `observe` answered `stop`.
  /// - Throws: `TrainingError` with cause `nan` when a loss or gradient is not finite; whatever `observe` throws.
  public func run(
    _ observe: (TrainingEvent, _ takeSnapshot: () -> TrainingSnapshot) throws -> TrainingDirective
  ) throws -> TrainingResult? {
    func wantsStop(_ event: TrainingEvent) throws -> Bool {
      if case .stop = try observe(event, takeSnapshot) { return true }
      return false
    }
    if try wantsStop(.began(epoch: epoch, step: state.step)) { return nil }
    if metrics.epochs.isEmpty {
      guard try finishEpoch(number: 0, stoppedBy: wantsStop) else { return nil }
    }
    let batch = min(configuration.batchN, training.count)
    let stepsPerEpoch = (training.count + batch - 1) / batch
    while epoch < configuration.epochs {
      let order = shuffle.permutation(training.count, step: UInt64(epoch + 1))
      while stepInEpoch < stepsPerEpoch {
        let rows = order[stepInEpoch * batch..<min((stepInEpoch + 1) * batch, training.count)]
        try takeStep(rows)
        if try wantsStop(.stepped(epoch: epoch + 1, step: state.step)) { return nil }
      }
      guard try finishEpoch(number: epoch + 1, stoppedBy: wantsStop) else { return nil }
    }
    let finals = try measurement.finals { fraction in try wantsStop(.evaluated(fraction: fraction)) }
    guard let finals else { return nil }
    return TrainingResult(
      metrics: metrics, timing: timing, finals: finals + [(Metric.bestEpoch.name, Double(bestEpoch))],
      tensors: weightTensors(.weights, prefix: "weights/") + measurement.images())
  }

  /// One optimiser step on these training images.
  private func takeStep(_ rows: ArraySlice<Int32>) throws(TrainingError) {
    let start = ContinuousClock.now
    let step =
      steps[rows.count]
      ?? TrainingStep(model, batch: rows.count, samples: configuration.sampleSize, state: state)
    steps[rows.count] = step
    let images = step.values(of: step.graph.images)
    training.fill(
      rows: rows, into: images.baseAddress!,  // a batch has at least one image
      binarization: .of(configuration, seed: seed, epoch: epoch + 1))
    trainingNoise.fill(step.values(of: step.graph.noise), model.noiseLaw, step: UInt64(state.step))
    let loss = step.computeGradient()
    let norm = state.gradientNorm
    guard loss.isFinite, norm.isFinite else {
      let culprits = step.terms.filter { !$0.value.isFinite }.map { "\($0.name) is \($0.value)" }
      throw TrainingError(
        cause: .nan,
        message: "the loss or its gradient is not finite at epoch \(epoch + 1), step \(state.step + 1): "
          + (culprits.isEmpty ? "loss \(loss), gradient norm \(norm)" : culprits.joined(separator: ", ")))
    }
    state.applyAdam(learningRate: configuration.learningRate)
    lossSum += Double(loss)
    gradientNormSum += norm
    stepInEpoch += 1
    seconds += (ContinuousClock.now - start).seconds
  }

  /// Measures what is due after an epoch, adds its row and begins the next epoch.
  ///
  /// - Returns: false when the observer wants to stop.
  private func finishEpoch(number: Int, stoppedBy wantsStop: (TrainingEvent) throws -> Bool) throws -> Bool {
    var row: [String: Double] = [Metric.nRequired.name: Double(configuration.nRequired)]
    if number > 0 {
      row[Metric.trainLoss.name] = lossSum / Double(stepInEpoch)
      row[Metric.gradientNorm.name] = gradientNormSum / Double(stepInEpoch)
    }
    // Engine specification part 9: epochs 0, 1, every `check_every`, and the last.
    if number <= 1 || number % configuration.checkEvery == 0 || number == configuration.epochs {
      let measured = try measurement.epoch(number) { fraction in try wantsStop(.evaluated(fraction: fraction))
      }
      guard let measured else { return false }
      row.merge(measured) { $1 }
    }
    metrics.append(epoch: Int32(number), row)
    let imagesPerSecond = number > 0 ? Double(training.count) / seconds : .nan
    timing.append(epoch: Int32(number), ["seconds": seconds, "images_per_second": imagesPerSecond])
    epoch = number
    stepInEpoch = 0
    (lossSum, gradientNormSum, seconds) = (0, 0, 0)
    return try !wantsStop(.measured(epoch: number, metrics: row, imagesPerSecond: imagesPerSecond))
  }

  /// The epoch with the best selection metric: `val_elbo` where it was measured, else the training loss.
  private var bestEpoch: Int32 {
    let validation = metrics[Metric.valELBO.name] ?? []
    let hasValidation = validation.contains { !$0.isNaN }
    let losses = hasValidation ? validation.map { -$0 } : metrics[Metric.trainLoss.name] ?? []
    let best = zip(metrics.epochs, losses).filter { !$0.1.isNaN }.min { $0.1 < $1.1 }
    return best?.0 ?? 0
  }
}

// MARK: - Snapshots

extension TrainingSession {
  private func takeSnapshot() -> TrainingSnapshot {
    TrainingSnapshot(
      trialID: trial.id, epoch: epoch, stepInEpoch: stepInEpoch, step: state.step,
      parameters: weightTensors(.weights), firstMoments: weightTensors(.firstMoments),
      secondMoments: weightTensors(.secondMoments), metrics: metrics, timing: timing,
      accumulators: ["loss": lossSum, "gradient_norm": gradientNormSum, "seconds": seconds])
  }

  private func restore(_ snapshot: TrainingSnapshot) throws(TrainingError) {
    guard snapshot.trialID == trial.id else {
      throw TrainingError(
        cause: .configuration, message: "the checkpoint is of trial \(snapshot.trialID), not \(trial.id)")
    }
    let groups: [(ModelState<Float>.Vector, [NamedTensor])] = [
      (.weights, snapshot.parameters), (.firstMoments, snapshot.firstMoments),
      (.secondMoments, snapshot.secondMoments),
    ]
    for (vector, tensors) in groups {
      let byName = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
      for (index, parameter) in state.parameters.enumerated() {
        guard let tensor = byName[parameter.name], tensor.shape == parameter.shape.dimensions else {
          throw TrainingError(
            cause: .configuration,
            message:
              "the checkpoint of trial \(trial.id) has no \(parameter.name) of shape \(parameter.shape)")
        }
        _ = state.values(vector, of: index).update(fromContentsOf: tensor.values)
      }
    }
    state.step = snapshot.step
    (epoch, stepInEpoch) = (snapshot.epoch, snapshot.stepInEpoch)
    (metrics, timing) = (snapshot.metrics, snapshot.timing)
    lossSum = snapshot.accumulators["loss"] ?? 0
    gradientNormSum = snapshot.accumulators["gradient_norm"] ?? 0
    seconds = snapshot.accumulators["seconds"] ?? 0
  }

  private func weightTensors(_ vector: ModelState<Float>.Vector, prefix: String = "") -> [NamedTensor] {
    state.parameters.enumerated().map { index, parameter in
      NamedTensor(
        name: prefix + parameter.name, axes: parameter.axes, shape: parameter.shape.dimensions,
        values: Array(state.values(vector, of: index)))
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
