import Foundation
import ResultStore
import Trials
import WireProtocol

/// The file of a trial that did nothing: whole and of the real format, so that a coordinator verifies and publishes it;
/// its numbers are made up.
enum NominalTrialFile {
  static func write(for grant: LeaseGrant, in paths: RunPaths) throws -> FileFingerprint {
    let trial = grant.trial
    let configuration = trial.configuration
    var metrics = EpochTable(names: configuration.metricsPerEpoch.map(\.name))
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for epoch in 0...configuration.epochs {
      metrics.append(epoch: Int32(epoch), [:])
      timing.append(epoch: Int32(epoch), [:])
    }
    let now = Date().timeIntervalSince1970
    return try TrialFile.write(
      TrialRecord(
        trial: trial, sweep: "scale", state: .completed, engineVersion: EngineVersion.program,
        gitRevision: "none", metrics: metrics,
        finals: configuration.metricsAtEnd.map { ($0.name, Double(configuration.seed)) }, tensors: [],
        timing: timing,
        attempts: [
          AttemptRecord(
            number: grant.attempt, token: grant.lease.token, worker: "scale", host: "scale",
            startedUnixSeconds: now, endedUnixSeconds: now, cause: .completed, lastEpoch: configuration.epochs
          )
        ]), to: paths.incomingTrialFile(trial: trial.id, token: grant.lease.token))
  }
}
