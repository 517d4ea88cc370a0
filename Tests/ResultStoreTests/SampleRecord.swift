import Trials

/// A small generator with a printed seed, so that a failure can be repeated.
struct SampleGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // Steele, Lea & Flood 2014 (SplitMix64).
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

enum Sample {
  static func trial(seed: Int = 1) throws -> Trial {
    try Trial(
      configuration: TrialConfiguration(validating: [
        "dataset_name": .string("mnist"), "model_type": .string("IGR_I_Dis"), "temp": .real(0.15),
        "seed": .integer(seed),
      ]),
      dataDigest: String(repeating: "ab", count: 32), threads: 2)
  }

  static func token(_ counter: UInt64 = 1) -> FencingToken {
    FencingToken(coordinatorEpoch: 1, counter: counter)
  }

  static func metrics(epochs: Int = 4) -> EpochTable {
    var table = EpochTable(names: Metric.perEpoch.map(\.name))
    for epoch in 0..<epochs {
      var row = ["test_elbo": -150.0 + Double(epoch) / 3, "n_required": 10, "gradient_norm": 0.1]
      if epoch > 0 { row["train_loss"] = 150 / Double(epoch) }
      table.append(epoch: Int32(epoch), row)
    }
    return table
  }

  static func timing(epochs: Int = 4) -> EpochTable {
    var table = EpochTable(names: ["seconds", "images_per_second"])
    for epoch in 0..<epochs {
      table.append(epoch: Int32(epoch), ["seconds": 3.25 + Double(epoch), "images_per_second": 18_000.5])
    }
    return table
  }

  static func attempts() -> [AttemptRecord] {
    [
      AttemptRecord(
        number: 1, token: token(1), worker: "w-1", host: "node-1", cpu: "x86-64 avx2", blas: "openblas",
        threads: 2,
        startedUnixSeconds: 1_700_000_000.25, endedUnixSeconds: 1_700_000_100.5, cause: .killedBySignal(9),
        firstEpoch: 0, lastEpoch: 2, message: "ended by signal 9"),
      AttemptRecord(
        number: 2, token: token(7), worker: "w-2", host: "node-2", cpu: "x86-64 avx2", blas: "openblas",
        threads: 2,
        startedUnixSeconds: 1_700_000_200, endedUnixSeconds: 1_700_000_300, cause: .completed, firstEpoch: 2,
        lastEpoch: 3, peakMemoryMiB: 99.5),
    ]
  }

  static func finals() -> [(name: String, value: Double)] {
    [
      ("test_log_likelihood", -101.0625), ("standard_error", 0.01), ("samples", 100),
      ("test_log_likelihood_published", .nan), ("best_epoch", 3),
    ]
  }

  /// Random bits, NaN and subnormal numbers among them.
  static func tensor(_ name: String, _ axes: [String], _ shape: [Int], seed: UInt64 = 1) -> NamedTensor {
    var generator = SampleGenerator(state: seed)
    return NamedTensor(
      name: name, axes: axes, shape: shape,
      values: (0..<shape.reduce(1, *)).map { _ in
        Float(bitPattern: UInt32.random(in: .min ... .max, using: &generator))
      }
    )
  }

  static func tensors() -> [NamedTensor] {
    let image = ["image", "height", "width", "channel"]
    return [
      tensor("weights/encoder_1/kernel", ["input", "output"], [28, 12], seed: 2),
      tensor("weights/encoder_1/bias", ["output"], [12], seed: 3),
      tensor("weights/decoder_1/kernel", ["input", "output"], [12, 28], seed: 4),
      tensor("weights/decoder_1/bias", ["output"], [28], seed: 5),
      tensor("images/originals", image, [2, 4, 4, 1], seed: 6),
      tensor("images/reconstructions", image, [2, 4, 4, 1], seed: 7),
    ]
  }

  static func record(seed: Int = 1) throws -> TrialRecord {
    TrialRecord(
      trial: try trial(seed: seed), sweep: "example", state: .completed, engineVersion: "0.1.0",
      gitRevision: "abc1234",
      metrics: metrics(), finals: finals(), tensors: tensors(), timing: timing(), attempts: attempts())
  }

  /// One record of each kind of trial, with all that such a file may hold.
  static func recordsOfEveryKind() throws -> [TrialRecord] {
    let matrix = ["category", "variable"]
    let histogram = ["target", "before", "after"].map { tensor("histogram/" + $0, matrix, [3, 2]) }
    let (sticks, stickShape) = (["stick", "variable"], [2, 2])
    let latent = [
      tensor("weights/latent/mu", sticks, stickShape), tensor("weights/latent/xi", sticks, stickShape),
    ]
    let planar = ["w", "u"].map { tensor("weights/flow_1/" + $0, matrix, [2, 2]) }
    let convolutions = [
      tensor("weights/encoder_1/kernel", ["height", "width", "input", "output"], [3, 3, 1, 2]),
      tensor("weights/decoder_2/kernel", ["height", "width", "output", "input"], [3, 3, 1, 2]),
    ]
    let kept = [
      tensor("weights_of_epoch_2/encoder_1/kernel", ["input", "output"], [4, 2]),
      tensor("weights_of_epoch_2/encoder_1/bias", ["output"], [2]),
    ]
    let prior = ["mu", "xi"].map { tensor("prior/" + $0, ["stick"], [3]) }
    let traversals = tensor("images/traversals", ["traversal", "height", "width", "channel"], [6, 4, 4, 1])
    let control = [
      tensor("weights/control/scale", ["output"], [1]), tensor("weights/control/log_temp", matrix, [3, 2]),
    ]
    let toy = [
      tensor("weights/latent/log_alpha", ["variable"], [1]), tensor("toy/probabilities", ["variable"], [1]),
    ]
    func name(_ text: String) -> HyperparameterValue { .string(text) }
    let image = ["dataset_name": name("mnist"), "temp": .real(0.5)]
    return try [
      record(),
      record(
        of: image.merging([
          "model_type": name("IGR_SB_Dis"), "save_every": .integer(2),
          "record": .list(["gradients", "vertex_distance", "traversals"].map(name)),
        ]) { $1 }, tensors: convolutions + kept + [traversals] + prior, warnings: ["truncated too early"]),
      record(
        of: image.merging(["experiment": name("sop"), "model_type": name("IGR_Planar")]) { $1 },
        tensors: planar + [tensor("weights/flow_1/b", ["variable"], [2])]),
      record(of: ["dataset_name": name("mnist"), "model_type": name("Relax_GS_Dis")], tensors: control),
      record(
        of: [
          "experiment": name("approximation"), "model_type": name("GS"), "temp": .real(0.5),
          "target": name("poisson"),
        ], tensors: [tensor("weights/latent/log_alpha", matrix, [3, 2])] + histogram),
      record(
        of: ["experiment": name("simplex_proximity"), "model_type": name("IGR_I"), "temp": .real(0.5)],
        tensors: latent + histogram),
      record(of: ["experiment": name("relax_toy")], tensors: toy),
    ]
  }

  private static func record(
    of values: [String: HyperparameterValue], tensors: [NamedTensor], warnings: [String] = []
  ) throws -> TrialRecord {
    let configuration = try TrialConfiguration(validating: values)
    var metrics = EpochTable(names: configuration.metricsPerEpoch.map(\.name))
    for epoch in 0..<4 { metrics.append(epoch: Int32(epoch), [:]) }
    return TrialRecord(
      trial: Trial(configuration: configuration, dataDigest: "none", threads: 1), sweep: "example",
      state: .completed, engineVersion: "0.1.0", gitRevision: "abc1234", metrics: metrics,
      finals: configuration.metricsAtEnd.map { ($0.name, 0.5) }, tensors: tensors, timing: timing(),
      attempts: attempts(), warnings: warnings, dataSource: warnings.isEmpty ? "" : "idx files")
  }

  static func snapshot(_ trial: TrialID) -> TrainingSnapshot {
    // More than ten, so that 10 would come before 2 if positions were sorted as text.
    let parameters = (0..<12).map {
      tensor("layer_\($0)/kernel", ["input", "output"], [3, 5], seed: UInt64($0))
    }
    return TrainingSnapshot(
      trialID: trial, epoch: 3, stepInEpoch: 17, step: 1817, parameters: parameters.reversed(),
      firstMoments: parameters, secondMoments: [tensor("scalar/value", [], [])], metrics: metrics(),
      timing: timing(),
      accumulators: ["train_loss": 1.5e4, "gradient_norm": -.nan, "odd / name": 0.1],
      kept: [tensor("weights_of_epoch_2/layer_1/kernel", ["input", "output"], [3, 5])])
  }
}

// Equal in every bit, which `==` on floating-point numbers is not.

extension EpochTable {
  func hasSameBits(as other: EpochTable) -> Bool {
    epochs == other.epochs && names == other.names
      && columns.map { $0.map(\.bitPattern) } == other.columns.map { $0.map(\.bitPattern) }
  }
}

extension [NamedTensor] {
  func hasSameBits(as other: [NamedTensor]) -> Bool {
    map(\.name) == other.map(\.name) && map(\.axes) == other.map(\.axes) && map(\.shape) == other.map(\.shape)
      && map { $0.values.map(\.bitPattern) } == other.map { $0.values.map(\.bitPattern) }
  }
}

func hasSameBits(_ a: [(name: String, value: Double)], _ b: [(name: String, value: Double)]) -> Bool {
  a.map(\.name) == b.map(\.name) && a.map(\.value.bitPattern) == b.map(\.value.bitPattern)
}
