import Testing
import Trials

/// The checkpoint of a trial's end, as that of a longer trial's middle.
@Suite struct ContinuedSnapshotTests {
  private func trial(epochs: Int, checkEvery: Int = 2, saveEvery: Int = 0, model: String = "GS_Dis") throws
    -> Trial
  {
    let configuration = try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string(model), "temp": .real(1),
      "epochs": .integer(epochs), "check_every": .integer(checkEvery), "save_every": .integer(saveEvery),
    ])
    return Trial(configuration: configuration, dataDigest: "d", threads: 1)
  }

  private func snapshot(of trial: Trial, epoch: Int? = nil, stepInEpoch: Int = 0) -> TrainingSnapshot {
    let epoch = epoch ?? trial.configuration.epochs
    let names = trial.configuration.metricsPerEpoch.map(\.name)
    var metrics = EpochTable(names: names)
    for row in 0...epoch {
      metrics.append(epoch: Int32(row), Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    }
    let weights = [NamedTensor(name: "encoder_1/bias", axes: ["output"], shape: [2], values: [3, 4])]
    return TrainingSnapshot(
      trialID: trial.id, epoch: epoch, stepInEpoch: stepInEpoch, step: 7, parameters: weights,
      firstMoments: weights, secondMoments: weights, metrics: metrics,
      timing: EpochTable(names: ["seconds"]), accumulators: [:])
  }

  private func last(_ snapshot: TrainingSnapshot) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: zip(snapshot.metrics.names, snapshot.metrics.columns.map { $0.last ?? .nan }))
  }

  @Test func whatWasMeasuredOnlyBecauseItWasTheLastIsForgotten() throws {
    let short = try trial(epochs: 5)
    let long = try trial(epochs: 8)
    let continued = try #require(snapshot(of: short).continued(as: long, after: short))
    #expect(continued.trialID == long.id && continued.epoch == 5 && continued.step == 7)
    let row = last(continued)
    #expect(row["test_elbo"]?.isNaN == true && row["test_elbo_discrete_kl"]?.isNaN == true)
    #expect(row["val_elbo"]?.isNaN == true)
    #expect(row["train_loss"] == 1 && row["gradient_norm"] == 1 && row["n_required"] == 1)
    #expect(continued.metrics["test_elbo"]?.dropLast().allSatisfy { $0 == 1 } == true)
  }

  @Test func whatWasDueStays() throws {
    let short = try trial(epochs: 6)
    let continued = try #require(snapshot(of: short).continued(as: trial(epochs: 8), after: short))
    #expect(last(continued)["test_elbo"] == 1)
    #expect(continued.metrics == snapshot(of: short).metrics)
  }

  @Test func ofATruncatedModelTheSticksAreForgottenToo() throws {
    let short = try trial(epochs: 5, model: "IGR_SB_Dis")
    let long = try trial(epochs: 8, model: "IGR_SB_Dis")
    let row = last(try #require(snapshot(of: short).continued(as: long, after: short)))
    #expect(row["n_required"]?.isNaN == true && row["unmet_threshold"]?.isNaN == true)
  }

  @Test func weightsThatALongerTrialKeepsAreKept() throws {
    let short = try trial(epochs: 5, saveEvery: 5)
    let long = try trial(epochs: 8, saveEvery: 5)
    let continued = try #require(snapshot(of: short).continued(as: long, after: short))
    #expect(continued.kept.map(\.name) == ["weights_of_epoch_5/encoder_1/bias"])
    #expect(continued.kept.first?.values == [3, 4])
  }

  @Test func anythingButTheEndOfTheShorterTrialIsRefused() throws {
    let short = try trial(epochs: 5)
    let long = try trial(epochs: 8)
    #expect(snapshot(of: short, epoch: 4).continued(as: long, after: short) == nil)
    #expect(snapshot(of: short, stepInEpoch: 1).continued(as: long, after: short) == nil)
    #expect(snapshot(of: long).continued(as: short, after: long) == nil)
    #expect(snapshot(of: long).continued(as: long, after: short) == nil)
  }
}
