import Datasets
import TestSupport
import Testing
import Trials

@testable import Training

/// Small trials, and sessions of them run in one go or in pieces.
enum SampleTrial {
  /// On the first 60 training and 10 test images of real MNIST (`make data` fetches it).
  static func ofImages(_ given: [String: HyperparameterValue]) throws -> Trial {
    let values: [String: HyperparameterValue] = [
      "dataset_name": .string("mnist"), "run_with_sample": .boolean(true), "seed": .integer(7),
    ]
    return Trial(
      configuration: try TrialConfiguration(validating: values.merging(given) { $1 }),
      dataDigest: try DatasetName.mnist.digest(), threads: 1)
  }

  static func mnist() throws -> ImageDataset { try ImageDataset.load(name: "mnist", verifyDigest: false) }

  /// The session that a worker would run.
  static func session(
    _ trial: Trial, resumingFrom snapshot: TrainingSnapshot? = nil
  ) throws -> any Session {
    trial.configuration.experiment.usesImages
      ? try TrainingSession(trial: trial, data: mnist(), resumingFrom: snapshot)
      : try FitSession(trial: trial, resumingFrom: snapshot)
  }

  /// - Parameter counting: raised by one for each event.
  static func finish(_ session: any Session, counting events: inout Int) throws -> TrainingResult {
    let result = try session.run { _, _ in
      events += 1
      return .proceed
    }
    return try #require(result)
  }

  static func finish(_ session: any Session) throws -> TrainingResult {
    var events = 0
    return try finish(session, counting: &events)
  }

  /// Stops at these events, each counted from the last continuation, and goes on from the snapshots taken in them.
  static func finish(_ trial: Trial, interruptedAt places: [Int]) throws -> TrainingResult {
    var snapshot: TrainingSnapshot?
    for place in places {
      var event = 0
      let result = try session(trial, resumingFrom: snapshot).run { _, takeSnapshot in
        defer { event += 1 }
        guard event == place else { return .proceed }
        snapshot = try takeSnapshot()
        return .stop
      }
      try #require(result == nil, "there are only \(event) events")
    }
    return try finish(session(trial, resumingFrom: snapshot))
  }
}

extension TrainingResult {
  /// Whether all numbers but the times have the same bits, NaN included.
  func hasSameBytes(as other: TrainingResult) -> Bool {
    metrics.epochs == other.metrics.epochs && metrics.names == other.metrics.names
      && bits(metrics.columns.joined()) == bits(other.metrics.columns.joined())
      && finals.map(\.name) == other.finals.map(\.name)
      && bits(finals.map(\.value)) == bits(other.finals.map(\.value)) && warnings == other.warnings
      && tensors.map(\.name) == other.tensors.map(\.name)
      && tensors.map { $0.values.map(\.bitPattern) } == other.tensors.map { $0.values.map(\.bitPattern) }
  }

  private func bits(_ values: some Sequence<Double>) -> [UInt64] { values.map(\.bitPattern) }

  func final(_ name: String) throws -> Double { try #require(finals.first { $0.name == name }).value }
}
