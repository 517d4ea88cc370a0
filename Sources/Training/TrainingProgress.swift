import Randomness
import Trials
import VAE

/// Where a session stands: weights and moments, the rows so far, the sums of the unfinished epoch.
final class TrainingProgress {
  let trial: Trial
  let state: ModelState<Float>
  private(set) var metrics: EpochTable
  private(set) var timing = EpochTable(names: ["seconds", "images_per_second"])
  /// Finished epochs, and finished steps of the next one.
  private(set) var epoch = 0
  private(set) var stepInEpoch = 0
  /// Weights that `save_every` keeps.
  private var kept: [NamedTensor] = []
  /// Of the unfinished epoch, by name.
  private var sums: [String: Double] = [:]
  private static let seconds = "seconds"

  init(trial: Trial, parameters: [Parameter]) {
    self.trial = trial
    state = ModelState(parameters: parameters)
    metrics = EpochTable(names: trial.configuration.metricsPerEpoch.map(\.name))
  }

  /// Counts one optimiser step.
  ///
  /// - Parameter values: added up over the epoch, to be averaged.
  func countStep(_ values: [Metric: Double], took duration: Duration) {
    for (metric, value) in values { sums[metric.name, default: 0] += value }
    sums[Self.seconds, default: 0] += duration.inSeconds
    stepInEpoch += 1
  }

  /// Adds the row of a finished epoch and begins the next.
  ///
  /// - Parameters:
  ///   - examples: images or draws of the epoch, for its rate.
  /// - Returns: the row with the means of what the steps counted, and the rate (NaN before training).
  func finishEpoch(
    _ number: Int, measured: [Metric: Double], examples: Int
  ) -> (row: [String: Double], rate: Double) {
    var row: [String: Double] = [:]
    let seconds = sums.removeValue(forKey: Self.seconds) ?? 0
    for (name, sum) in sums where number > 0 { row[name] = sum / Double(stepInEpoch) }
    for (metric, value) in measured { row[metric.name] = value }
    metrics.append(epoch: Int32(number), row)
    let rate = number > 0 ? Double(examples) / seconds : .nan
    timing.append(epoch: Int32(number), ["seconds": seconds, "images_per_second": rate])
    epoch = number
    stepInEpoch = 0
    sums = [:]
    let saveEvery = trial.configuration.saveEvery
    if saveEvery > 0, number % saveEvery == 0, number < trial.configuration.epochs {
      kept += weightTensors(.weights, prefix: TrainingSnapshot.keptGroup(ofEpoch: number))
    }
    return (row, rate)
  }

  /// Weights may overflow in the last step of an epoch, which no later step of it would notice: what is measured at them
  /// tells.
  func checkFinite(_ measured: [Metric: Double]) throws(TrainingError) {
    let culprits = measured.filter { !$0.value.isFinite }.map { "\($0.key.name) is \($0.value)" }.sorted()
    guard culprits.isEmpty else {
      throw TrainingError(
        cause: .nan,
        message:
          "a measurement after epoch \(stepInEpoch > 0 ? epoch + 1 : epoch), step \(state.step), is not finite: "
          + culprits.joined(separator: ", "))
    }
  }

  /// The epoch with the best selection metric.
  private var bestEpoch: Int32 {
    let metric = trial.configuration.selectionMetric
    let values = (metrics[metric.name] ?? []).map { metric.better == .higher ? -$0 : $0 }
    let best = zip(metrics.epochs, values).filter { !$0.1.isNaN }.min { $0.1 < $1.1 }
    return best?.0 ?? 0
  }

  /// What a finished session leaves.
  ///
  /// - Parameters:
  ///   - finals: what was measured at the end; what is not there is told as NaN.
  ///   - tensors: beside the weights.
  func result(finals: [Metric: Double], tensors: [NamedTensor], warnings: [String] = []) -> TrainingResult {
    let finals = finals.merging([.bestEpoch: Double(bestEpoch)]) { $1 }
    return TrainingResult(
      metrics: metrics, timing: timing,
      finals: trial.configuration.metricsAtEnd.map { ($0.name, finals[$0] ?? .nan) },
      tensors: weightTensors(.weights, prefix: "weights/") + kept + tensors, warnings: warnings)
  }

  // MARK: Snapshots

  /// Puts the weights in place: those of the snapshot, or fresh ones by the trial's seed.
  ///
  /// - Throws: as `restore`.
  func begin(from snapshot: TrainingSnapshot?) throws(TrainingError) {
    if let snapshot { try restore(snapshot) } else { startWeights() }
  }

  /// Draws the weights with which the trial begins.
  func startWeights() {
    state.start(key: RandomKey(seed: UInt64(trial.configuration.seed), purpose: .weights))
  }

  /// - Throws: `TrainingError` with cause `nan` when the last step has left weights or moments that are not finite: a
  ///   checkpoint of them would replace a good one.
  func takeSnapshot() throws(TrainingError) -> TrainingSnapshot {
    for vector in [ModelState<Float>.Vector.weights, .firstMoments, .secondMoments] {
      guard let name = state.firstArrayNotFinite(of: vector) else { continue }
      throw TrainingError(
        cause: .nan,
        message:
          "epoch \(stepInEpoch > 0 ? epoch + 1 : epoch), step \(state.step) left \(vector) of \(name) that"
          + " are not finite")
    }
    return TrainingSnapshot(
      trialID: trial.id, epoch: epoch, stepInEpoch: stepInEpoch, step: state.step,
      parameters: weightTensors(.weights), firstMoments: weightTensors(.firstMoments),
      secondMoments: weightTensors(.secondMoments), metrics: metrics, timing: timing,
      accumulators: sums, kept: kept)
  }

  /// - Throws: `TrainingError` with cause `configuration` when the snapshot is of another trial or its arrays do not
  ///   fit the model.
  private func restore(_ snapshot: TrainingSnapshot) throws(TrainingError) {
    func refusal(_ message: String) -> TrainingError {
      TrainingError(cause: .configuration, message: message)
    }
    guard snapshot.trialID == trial.id else {
      throw refusal("the checkpoint is of trial \(snapshot.trialID), not \(trial.id)")
    }
    guard snapshot.metrics.names == metrics.names else {
      throw refusal(
        "the checkpoint of trial \(trial.id) has the metrics \(snapshot.metrics.names), not \(metrics.names)")
    }
    let groups: [(ModelState<Float>.Vector, [NamedTensor])] = [
      (.weights, snapshot.parameters), (.firstMoments, snapshot.firstMoments),
      (.secondMoments, snapshot.secondMoments),
    ]
    for (vector, tensors) in groups {
      let byName = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
      for (index, parameter) in state.parameters.enumerated() {
        guard let tensor = byName[parameter.name], tensor.shape == parameter.shape.dimensions else {
          throw refusal(
            "the checkpoint of trial \(trial.id) has no \(parameter.name) of shape \(parameter.shape)")
        }
        _ = state.values(vector, of: index).update(fromContentsOf: tensor.values)
      }
    }
    state.step = snapshot.step
    (epoch, stepInEpoch) = (snapshot.epoch, snapshot.stepInEpoch)
    (metrics, timing) = (snapshot.metrics, snapshot.timing)
    (sums, kept) = (snapshot.accumulators, snapshot.kept)
  }

  private func weightTensors(_ vector: ModelState<Float>.Vector, prefix: String = "") -> [NamedTensor] {
    state.parameters.enumerated().map { index, parameter in
      NamedTensor(
        name: prefix + parameter.name, axes: parameter.axes, shape: parameter.shape.dimensions,
        values: Array(state.values(vector, of: index)))
    }
  }
}

extension TrainingStep where S == Float {
  /// Fails when the loss or its gradient is not finite, with the term at fault.
  func check(loss: Float, gradientNorm: Double, epoch: Int, step: Int) throws(TrainingError) {
    guard !loss.isFinite || !gradientNorm.isFinite else { return }
    let culprits = terms.filter { !$0.value.isFinite }.map {
      "\($0.name) is \($0.value.isNaN ? .nan : $0.value)"
    }
    throw TrainingError(
      cause: .nan,
      message: "the loss or its gradient is not finite at epoch \(epoch), step \(step): "
        + (culprits.isEmpty
          ? "loss \(loss), gradient of \(firstArrayWithoutFiniteGradient ?? "all arrays together") not finite"
          : culprits.joined(separator: ", ")))
  }
}

extension Duration {
  fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
