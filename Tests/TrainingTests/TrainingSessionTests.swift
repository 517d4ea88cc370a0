import TestSupport
import Testing
import Trials

@testable import Training
@testable import VAE

/// What trainings on real images achieve and what ends them.
@Suite struct TrainingSessionTests {
  private static func trial(
    _ values: [String: HyperparameterValue], _ more: [String: HyperparameterValue] = [:]
  ) throws -> Trial {
    let common: [String: HyperparameterValue] = ["temp": .real(0.5), "sample_size_testing": .integer(5)]
    return try SampleTrial.ofImages(common.merging(values) { $1 }.merging(more) { $1 })
  }

  static let models: [[String: HyperparameterValue]] = [
    ["model_type": .string("GS_Dis"), "n_required": .integer(10)],
    ["model_type": .string("IGR_I_Dis"), "n_required": .integer(9)],
    [
      "model_type": .string("IGR_I_Dis"), "n_required": .integer(9),
      "architecture": .string("dense_nonlinear"), "validation_n": .integer(7),
      "binarization": .string("stochastic"), "sample_size": .integer(2),
    ],
  ]

  @Test(arguments: models) func improvesTheTestELBO(_ model: [String: HyperparameterValue]) throws {
    let trial = try Self.trial(model, ["epochs": .integer(30)])
    let result = try SampleTrial.finish(SampleTrial.session(trial))
    let elbo = try #require(result.metrics["test_elbo"])
    #expect(elbo[30] > elbo[0] + 200, "\(elbo)")
  }

  @Test func theImportanceWeightedBoundRisesWithTheSamples() throws {
    // Burda (2016), theorem 1.
    let results = try [200, 1].map { samples in
      let trial = try Self.trial(Self.models[0], ["sample_size_testing": .integer(samples)])
      return try SampleTrial.finish(SampleTrial.session(trial))
    }
    #expect(try results[0].final("test_log_likelihood") > results[1].final("test_log_likelihood"))
    #expect(try results[1].final("standard_error").isNaN)
    #expect(try results[0].final("standard_error") > 0)
  }

  @Test(arguments: models) func isContinuedBitForBitFromAnyEvent(_ model: [String: HyperparameterValue])
    throws
  {
    let trial = try Self.trial(model, ["epochs": .integer(3), "batch_n": .integer(8)])
    var events = 0
    let peaceful = try SampleTrial.finish(SampleTrial.session(trial), counting: &events)
    var generator = SplitMix64(seed: 5)
    for _ in 0..<12 {
      let places = (0..<2).map { _ in Int(generator.next() % UInt64(events / 2)) }
      let resumed = try SampleTrial.finish(trial, interruptedAt: places)
      #expect(resumed.hasSameBytes(as: peaceful), "interrupted at \(places), seed 5")
    }
  }

  @Test func theSameTrialGivesTheSameBytesAndAnotherSeedDoesNot() throws {
    let results = try [7, 7, 8].map { seed in
      try SampleTrial.finish(SampleTrial.session(Self.trial(Self.models[1], ["seed": .integer(seed)])))
    }
    #expect(results[0].hasSameBytes(as: results[1]))
    #expect(!results[0].hasSameBytes(as: results[2]))
  }

  /// Weights thrown out of all bounds by the first step.
  @Test(
    arguments: [
      ["model_type": .string("IGR_I_Dis"), "temp": .real(0.5)],
      ["model_type": .string("GS"), "temp": .real(0.5), "latent_norm_n": .integer(2)],
      ["model_type": .string("Relax_IGR")],
      ["model_type": .string("DLGMM"), "num_of_discrete_var": .integer(3)],
      ["model_type": .string("GS"), "temp": .real(0.5), "experiment": .string("sop")],
      [
        "model_type": .string("IGR_I"), "temp": .real(0.5), "experiment": .string("approximation"),
        "target": .string("geometric"),
      ],
    ] as [[String: HyperparameterValue]])
  func aLossThatIsNotFiniteFailsTheTrialAndSaysWhere(_ values: [String: HyperparameterValue]) throws {
    let values = values.merging(["learning_rate": .real(1e38)]) { $1 }
    let trial =
      values["target"] == nil
      ? try SampleTrial.ofImages(values)
      : Trial(configuration: try TrialConfiguration(validating: values), dataDigest: "", threads: 1)
    let session = try SampleTrial.session(trial)
    var lastStep = 0
    let error = #expect(throws: TrainingError.self) {
      _ = try session.run { event, _ in
        if case .stepped(_, let step) = event { lastStep = step }
        return .proceed
      }
    }
    let message = error?.message ?? ""
    #expect(error?.cause == .nan)
    #expect(
      message.contains("epoch 1, step \(lastStep + 1): ") || message.contains("epoch 2, step"), "\(message)")
    #expect(message.contains(" is ") && (message.contains("nan") || message.contains("inf")), "\(message)")
  }

  @Test func aSnapshotOfAnotherTrialIsRefused() throws {
    let trial = try Self.trial(Self.models[0])
    var snapshot: TrainingSnapshot?
    _ = try SampleTrial.session(trial).run { _, takeSnapshot in
      snapshot = try takeSnapshot()
      return .stop
    }
    let other = try Self.trial(Self.models[1])
    let error = #expect(throws: TrainingError.self) {
      _ = try SampleTrial.session(other, resumingFrom: snapshot)
    }
    #expect(error?.message.contains(trial.id.description) == true)
  }

  @Test func aSnapshotWithAnArrayOfAnotherShapeIsRefused() throws {
    let trial = try Self.trial(Self.models[0])
    var snapshot: TrainingSnapshot?
    _ = try SampleTrial.session(trial).run { _, takeSnapshot in
      snapshot = try takeSnapshot()
      return .stop
    }
    var damaged = try #require(snapshot)
    let first = damaged.secondMoments[0]
    damaged.secondMoments[0] = NamedTensor(
      name: first.name, axes: ["input"], shape: [first.values.count], values: first.values)
    let error = #expect(throws: TrainingError.self) {
      _ = try SampleTrial.session(trial, resumingFrom: damaged)
    }
    #expect(error?.message.contains(first.name) == true)
  }

  @Test func aValidationSetThatLeavesNothingToTrainOnIsRefused() throws {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try Self.trial(Self.models[0], ["validation_n": .integer(60)])
    }
    #expect(error?.hyperparameter == "validation_n")
  }

  /// A checkpoint of such weights would replace the last good one.
  @Test func noSnapshotIsTakenOfNumbersThatAreNotFinite() throws {
    let trial = try Self.trial(Self.models[0])
    let parameter = Parameter(name: "a/kernel", axes: ["input"], shape: [3], start: .zero)
    for (vector, name) in [(ModelState<Float>.Vector.weights, "weights"), (.secondMoments, "second moments")]
    {
      let progress = TrainingProgress(trial: trial, parameters: [parameter])
      progress.state.step = 9
      progress.countStep([:], took: .zero)
      #expect(try progress.takeSnapshot().step == 9)
      progress.state.values(vector, of: 0)[1] = .infinity
      let error = #expect(throws: TrainingError.self) { try progress.takeSnapshot() }
      #expect(error?.cause == .nan)
      #expect(error?.message == "epoch 1, step 9 left \(name) of a/kernel that are not finite")
    }
  }

  /// One step per epoch: nothing but the measurement after it can notice that the weights have overflowed.
  @Test func weightsThatOverflowInTheLastStepFailTheTrial() throws {
    let trial = try SampleTrial.ofImages([
      "model_type": .string("GS_Dis"), "temp": .real(0.5), "batch_n": .integer(60), "epochs": .integer(1),
      "learning_rate": .real(3e38),
    ])
    let error = #expect(throws: TrainingError.self) {
      _ = try SampleTrial.session(trial).run { _, _ in .proceed }
    }
    #expect(error?.cause == .nan)
    #expect(error?.message.contains("after epoch 1, step 1") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("test_elbo") == true)
  }
}
