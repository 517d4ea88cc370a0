extension TrainingSnapshot {
  /// Where a trial with more `epochs` stands after those of a shorter one, this being the shorter one's last snapshot.
  ///
  /// Training does not look at `epochs`, but its last epoch is measured whether or not it is due, and its weights are
  /// the result instead of being kept (`save_every`). Both is undone.
  ///
  /// - Parameter shorter: differs from `trial` in `epochs` alone.
  /// - Returns: nil where this is not the snapshot of the shorter trial's end.
  public func continued(as trial: Trial, after shorter: Trial) -> TrainingSnapshot? {
    let last = shorter.configuration.epochs
    guard trialID == shorter.id, epoch == last, stepInEpoch == 0, metrics.epochs.last == Int32(last),
      last < trial.configuration.epochs
    else { return nil }
    var snapshot = self
    snapshot.trialID = trial.id
    if !trial.configuration.isMeasured(after: last) {
      snapshot.metrics.forgetLast(shorter.configuration.metricsMeasuredWhenDue.map(\.name))
    }
    let saveEvery = trial.configuration.saveEvery
    if saveEvery > 0, last % saveEvery == 0 {
      snapshot.kept += parameters.map { tensor in
        NamedTensor(
          name: Self.keptGroup(ofEpoch: last) + tensor.name, axes: tensor.axes, shape: tensor.shape,
          values: tensor.values)
      }
    }
    return snapshot
  }

  /// The group of the weights that `save_every` keeps of an epoch, with its slash.
  public static func keptGroup(ofEpoch epoch: Int) -> String { "weights_of_epoch_\(epoch)/" }
}

extension TrialConfiguration {
  /// Whether test metrics are measured after an epoch: 0, 1, every `check_every`, and the last (engine specification
  /// part 9). Experiments without images measure the same after every epoch.
  public func isMeasured(after epoch: Int) -> Bool {
    guard experiment.usesImages else { return true }
    return epoch <= 1 || epoch % checkEvery == 0 || epoch == epochs
  }

  /// The metrics per epoch that only `isMeasured` epochs have.
  public var metricsMeasuredWhenDue: [Metric] {
    switch experiment {
    case .vae:
      [.testELBO, .testELBODiscreteKL, .valELBO, .vertexDistance]
        + (modelType.isTruncated ? [.nRequired, .unmetThreshold] : [])
    case .sop: [.testLogLikelihood]
    case .approximation, .priorFit, .simplexProximity, .relaxToy: []
    }
  }
}
