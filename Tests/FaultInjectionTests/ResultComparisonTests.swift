import FaultInjection
import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// What counts as lost, done twice, different or unproven.
@Suite struct ResultComparisonTests {
  private let trials: [Trial]

  init() throws {
    trials = try (1...3).map { seed in
      Trial(
        configuration: try TrialConfiguration(validating: [
          "model_type": .string("GS_Dis"), "n_required": .integer(10),
          "temp": .real(0.5), "dataset_name": .string("mnist"), "epochs": .integer(4),
          "seed": .integer(seed),
        ]), dataDigest: "d", threads: 1)
    }
  }

  private func attempt(_ number: Int, _ cause: EndCause) -> AttemptRecord {
    AttemptRecord(
      number: number, token: FencingToken(coordinatorEpoch: 1, counter: UInt64(number)), worker: "w",
      host: "h", startedUnixSeconds: 1, endedUnixSeconds: 2, cause: cause)
  }

  /// - Parameter losses: of the epochs from 1.
  private func write(
    _ trial: Trial, _ state: TrialState = .completed, losses: [Double], causes: [EndCause] = [.completed],
    in folder: ComparedFolder
  ) throws {
    var metrics = EpochTable(names: trial.configuration.metricsPerEpoch.map(\.name))
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for (epoch, loss) in ([.nan] + losses).enumerated() {
      metrics.append(epoch: Int32(epoch), ["train_loss": loss])
      timing.append(epoch: Int32(epoch), ["seconds": 1])
    }
    try FileManager.default.createDirectory(
      atPath: folder.paths.trialsFolder, withIntermediateDirectories: true)
    try TrialFile.write(
      TrialRecord(
        trial: trial, sweep: "s", state: state, engineVersion: "0", gitRevision: "0", metrics: metrics,
        finals: trial.configuration.metricsAtEnd.map { ($0.name, losses.last ?? 0) }, tensors: [],
        timing: timing, attempts: causes.enumerated().map { attempt($0.offset + 1, $0.element) }),
      to: folder.paths.trialFile(trial.id))
  }

  /// The hurt folder and the reference, filled by `fill`, compared.
  private func report(
    faults: [FaultKind: Int] = [.killChild: 2],
    _ fill: (inout ComparedFolder, inout ComparedFolder) throws -> Void
  ) throws -> ChaosReport {
    try withTemporaryFolder { folder in
      var hurt = ComparedFolder(paths: RunPaths(root: folder + "/faults"))
      var peace = ComparedFolder(paths: RunPaths(root: folder + "/peace"))
      try fill(&hurt, &peace)
      let ids = trials.map(\.id)
      return ChaosReport(
        sweep: "s", seed: 1, seconds: 2, faults: faults, starts: 1, trials: ids, folder: hurt,
        comparison: ResultComparison(of: ids, in: hurt, with: peace))
    }
  }

  private func failed(_ cause: EndCause?) -> ComparedFolder.Standing {
    ComparedFolder.Standing(state: .failed, attempts: cause.map { [attempt(1, $0)] } ?? [])
  }

  @Test func equalFoldersAreGoodAndOneOtherNumberIsNot() throws {
    let good = try report { hurt, peace in
      for trial in trials {
        try write(trial, losses: [3, 2], causes: [.workerLost, .completed], in: hurt)
        try write(trial, losses: [3, 2], in: peace)
      }
    }
    #expect(good.isGood && good.verdict == "every promise held", "\(good.text)")
    #expect(good.text.contains("compared          3 of 3\n"), "\(good.text)")
    #expect(good.json.contains("\"compared\" : 3") && good.json.contains("\"verdict\""), "\(good.json)")
    #expect(good.causes == ["completed": 3, "worker lost": 3])

    let other = try report { hurt, peace in
      for trial in trials {
        try write(trial, losses: [3, 2], in: hurt)
        try write(trial, losses: trial.id == trials[1].id ? [3, 2.5] : [3, 2], in: peace)
      }
    }
    #expect(!other.isGood && other.differing == [trials[1].id.description], "\(other.text)")
    #expect(other.verdict == "A PROMISE WAS BROKEN")
  }

  @Test func aReferenceThatLacksResultsProvesNothing() throws {
    let empty = try report { hurt, _ in for trial in trials { try write(trial, losses: [1], in: hurt) } }
    #expect(!empty.isGood && empty.compared == 0, "\(empty.text)")
    #expect(
      empty.verdict == "NOT PROVEN: only 0 of 3 trials could be compared with the run in peace", "\(empty)")
    let part = try report { hurt, peace in
      for trial in trials { try write(trial, losses: [1], in: hurt) }
      for trial in trials.dropLast() { try write(trial, losses: [1], in: peace) }
    }
    #expect(!part.isGood && part.missingInReference == [trials[2].id.description], "\(part.text)")
    #expect(part.text.contains("compared          2 of 3\n") && part.lost.isEmpty, "\(part.text)")
  }

  @Test func whereNoFaultStruckNothingIsProven() throws {
    let report = try report(faults: [:]) { hurt, peace in
      for trial in trials {
        try write(trial, losses: [1], in: hurt)
        try write(trial, losses: [1], in: peace)
      }
    }
    #expect(report.isGood && report.text.contains("s: no fault struck: nothing was proven"), "\(report.text)")
  }

  @Test func aTrialThatFailsByTheSameCauseIsEqual() throws {
    func fill(_ hurtCause: EndCause?, _ peaceCause: EndCause?) throws -> ChaosReport {
      try report { hurt, peace in
        for trial in trials.dropLast() {
          try write(trial, losses: [1], in: hurt)
          try write(trial, losses: [1], in: peace)
        }
        hurt.standings[trials[2].id] = failed(hurtCause)
        peace.standings[trials[2].id] = failed(peaceCause)
      }
    }
    let same = try fill(.nan, .nan)
    #expect(same.isGood && same.compared == 3 && same.causes["nan"] == 1, "\(same.text)")
    // What waits for a trial that failed has no attempt.
    #expect(try fill(nil, nil).isGood)
    let other = try fill(.workerLost, .nan)
    #expect(!other.isGood && other.lost == [trials[2].id.description], "\(other.text)")
  }

  @Test func aTrialThatFailsUnderFaultsAloneIsLost() throws {
    let report = try report { hurt, peace in
      for trial in trials { try write(trial, losses: [1], in: peace) }
      for trial in trials.dropFirst() { try write(trial, losses: [1], in: hurt) }
      hurt.standings[trials[0].id] = failed(.killedBySignal(9))
    }
    #expect(!report.isGood && report.lost == [trials[0].id.description], "\(report.text)")
  }

  @Test func aTrialStoppedEarlyIsComparedUpToTheCommonEpochs() throws {
    func fill(_ second: Double) throws -> ChaosReport {
      try report { hurt, peace in
        // Stopped here alone, there alone, and in both at different epochs.
        try write(trials[0], .pruned, losses: [3, second], causes: [.pruned], in: hurt)
        try write(trials[0], losses: [3, 2, 1, 0.5], in: peace)
        try write(trials[1], losses: [3, 2, 1, 0.5], in: hurt)
        try write(trials[1], .pruned, losses: [3], causes: [.pruned], in: peace)
        try write(trials[2], .pruned, losses: [3, 2, 1], causes: [.workerLost, .pruned], in: hurt)
        try write(trials[2], .pruned, losses: [3, 2], causes: [.pruned], in: peace)
      }
    }
    let equal = try fill(2)
    #expect(equal.isGood && equal.comparedInPart == 3 && equal.doneTwice.isEmpty, "\(equal.text)")
    #expect(equal.text.contains("compared          3 of 3, 3 up to an early stop\n"), "\(equal.text)")
    #expect(try fill(2.5).differing == [trials[0].id.description])
  }

  @Test func stoppedBeforeItHadAFileOrBeforeItDivergedIsNotLost() throws {
    let report = try report { hurt, peace in
      try write(trials[0], losses: [1], in: hurt)
      try write(trials[0], losses: [1], in: peace)
      hurt.standings[trials[1].id] = ComparedFolder.Standing(state: .pruned, attempts: [])
      try write(trials[1], losses: [1], in: peace)
      hurt.standings[trials[2].id] = failed(.nan)
      try write(trials[2], .pruned, losses: [1], causes: [.pruned], in: peace)
    }
    #expect(report.isGood && report.compared == 1, "\(report.text)")
  }

  @Test func twoAcceptedResultsAreDoneTwice() throws {
    let report = try report { hurt, peace in
      for trial in trials { try write(trial, losses: [1], in: peace) }
      try write(trials[0], losses: [1], causes: [.completed, .completed], in: hurt)
      try write(trials[1], losses: [1], causes: [.pruned, .completed], in: hurt)
      try write(trials[2], losses: [1], causes: [.workerLost, .hung, .completed], in: hurt)
    }
    #expect(report.doneTwice == [trials[0].id.description, trials[1].id.description], "\(report.text)")
    #expect(!report.isGood)
  }

  @Test func aFileThatDoesNotVerifyIsLostWhateverTheLedgerSays() throws {
    let report = try report { hurt, peace in
      for trial in trials {
        try write(trial, losses: [1], in: peace)
        try write(trial, losses: [1], in: hurt)
      }
      try Data("no such thing".utf8).write(to: URL(filePath: hurt.paths.trialFile(trials[0].id)))
      hurt.standings[trials[0].id] = ComparedFolder.Standing(state: .pruned, attempts: [])
    }
    #expect(report.lost == [trials[0].id.description], "\(report.text)")
  }
}
