import Datasets
import TestSupport
import Testing
import Trials

@testable import Training

/// Whole trainings on the first 60 training and 10 test images of real MNIST (`make data` fetches it).
@Suite struct TrainingSessionTests {
  static func trial(_ given: [String: HyperparameterValue]) throws -> Trial {
    var values: [String: HyperparameterValue] = [
      "dataset_name": .string("mnist"), "run_with_sample": .boolean(true), "temp": .real(0.5),
      "seed": .integer(7),
      "sample_size_testing": .integer(5),
    ]
    values.merge(given) { $1 }
    return Trial(
      configuration: try TrialConfiguration(validating: values), dataDigest: try DatasetName.mnist.digest(),
      threads: 1)
  }

  static let models: [[String: HyperparameterValue]] = [
    ["model_type": .string("GS_Dis"), "n_required": .integer(10)],
    ["model_type": .string("IGR_I_Dis"), "n_required": .integer(9)],
    [
      "model_type": .string("IGR_I_Dis"), "n_required": .integer(9),
      "architecture": .string("dense_nonlinear"),
      "validation_n": .integer(7), "binarization": .string("stochastic"), "sample_size": .integer(2),
    ],
  ]

  private static func mnist() throws -> ImageDataset {
    try ImageDataset.load(name: "mnist", verifyDigest: false)
  }

  private static func finish(_ session: TrainingSession) throws -> TrainingResult {
    try #require(try session.run { _, _ in .proceed })
  }

  /// Bit patterns, so that NaN equals NaN.
  private static func bits(_ table: EpochTable) -> [[UInt64]] { table.columns.map { $0.map(\.bitPattern) } }

  private static func expectEqual(_ a: TrainingResult, _ b: TrainingResult) {
    #expect(a.metrics.epochs == b.metrics.epochs)
    #expect(bits(a.metrics) == bits(b.metrics))
    #expect(a.finals.map(\.name) == b.finals.map(\.name))
    #expect(a.finals.map(\.value.bitPattern) == b.finals.map(\.value.bitPattern))
    #expect(a.tensors == b.tensors)
  }

  @Test(arguments: models) func improvesTheTestELBO(_ model: [String: HyperparameterValue]) throws {
    let trial = try Self.trial(model.merging(["epochs": .integer(30)]) { $1 })
    let result = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil))
    let elbo = try #require(result.metrics["test_elbo"])
    #expect(result.metrics.epochs == Array(0...30))
    #expect(elbo[30] > elbo[0] + 200, "\(elbo)")
    #expect(result.metrics["train_loss"]?[0].isNaN == true)
    #expect(result.metrics["val_elbo"]?.allSatisfy { $0.isNaN } == (model["validation_n"] == nil))
    #expect(result.finals.map(\.name) == Metric.atEnd.map(\.name))
    #expect(result.finals.allSatisfy { $0.value.isFinite })
  }

  @Test func theImportanceWeightedBoundRisesWithTheSamples() throws {
    // Burda (2016), theorem 1.
    let trial = try Self.trial(Self.models[0].merging(["sample_size_testing": .integer(200)]) { $1 })
    let result = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil))
    let finals = Dictionary(uniqueKeysWithValues: result.finals)
    let single = try Self.trial(Self.models[0].merging(["sample_size_testing": .integer(1)]) { $1 })
    let one = try Self.finish(TrainingSession(trial: single, data: Self.mnist(), resumingFrom: nil))
    let first = Dictionary(uniqueKeysWithValues: one.finals)
    #expect(try #require(finals["test_log_likelihood"]) > #require(first["test_log_likelihood"]))
    #expect(first["standard_error"]?.isNaN == true)
    #expect(try #require(finals["standard_error"]) > 0)
  }

  @Test(arguments: models) func isContinuedBitForBitFromAnyEvent(_ model: [String: HyperparameterValue])
    throws
  {
    let trial = try Self.trial(model.merging(["epochs": .integer(3), "batch_n": .integer(8)]) { $1 })
    let peaceful = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil))
    var events = 0
    _ = try TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil).run { _, _ in
      events += 1
      return .proceed
    }
    var generator = SplitMix64(seed: 5)
    for _ in 0..<12 {
      // Interrupted twice, at random events, the second time counted from the first.
      var snapshot: TrainingSnapshot?
      var places: [Int] = []
      for _ in 0..<2 {
        let place = Int(generator.next() % UInt64(events / 2))
        places.append(place)
        var event = 0
        _ = try TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: snapshot).run {
          _, takeSnapshot in
          defer { event += 1 }
          guard event == place else { return .proceed }
          snapshot = takeSnapshot()
          return .stop
        }
      }
      let resumed = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: snapshot))
      Self.expectEqual(resumed, peaceful)
      if Self.bits(resumed.metrics) != Self.bits(peaceful.metrics) {
        Issue.record("interrupted at \(places)")
      }
    }
  }

  @Test func theSameTrialGivesTheSameBytesAndAnotherSeedDoesNot() throws {
    let trial = try Self.trial(Self.models[1])
    let first = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil))
    let second = try Self.finish(TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil))
    Self.expectEqual(first, second)
    let other = try Self.trial(Self.models[1].merging(["seed": .integer(8)]) { $1 })
    let third = try Self.finish(TrainingSession(trial: other, data: Self.mnist(), resumingFrom: nil))
    #expect(Self.bits(third.metrics) != Self.bits(first.metrics))
  }

  @Test func aLossThatIsNotFiniteFailsTheTrialAndSaysWhere() throws {
    let trial = try Self.trial(Self.models[1].merging(["learning_rate": .real(1e30)]) { $1 })
    let session = try TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil)
    let error = #expect(throws: TrainingError.self) { _ = try session.run { _, _ in .proceed } }
    #expect(error?.cause == .nan)
    #expect(error?.message.contains("epoch 1, step 2") == true, "\(error?.message ?? "")")
  }

  @Test func aSnapshotOfAnotherTrialIsRefused() throws {
    let trial = try Self.trial(Self.models[0])
    var snapshot: TrainingSnapshot?
    _ = try TrainingSession(trial: trial, data: Self.mnist(), resumingFrom: nil).run { _, takeSnapshot in
      snapshot = takeSnapshot()
      return .stop
    }
    let other = try Self.trial(Self.models[1])
    let error = #expect(throws: TrainingError.self) {
      _ = try TrainingSession(trial: other, data: Self.mnist(), resumingFrom: snapshot)
    }
    #expect(error?.message.contains(trial.id.description) == true)
  }
}
