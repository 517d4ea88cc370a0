import FoundationEssentials
import ResultStore
import Trials

/// What a sweep under injected faults gave, for the person who asked.
public struct ChaosReport: Codable, Hashable, Sendable {
  public var sweep: String
  public var seed: UInt64
  public var seconds: Double
  /// By kind; only those that struck somebody.
  public var faults: [String: Int]
  /// Times the whole sweep was started: 1, and one for each time that everything was killed.
  public var starts: Int
  public var trials: Int
  public var attempts: Int
  /// Ends of attempts by cause.
  public var causes: [String: Int]
  /// Attempts that went on from a checkpoint.
  public var continued: Int
  /// Trials of the plan without a verified result.
  public var lost: [String]
  /// Trials whose history has more than one accepted result.
  public var doneTwice: [String]
  /// Trials whose numbers are not those of the run in peace.
  public var differing: [String]
  public var differingBytes: Int
  /// Files under a final name that do not verify, or that no trial of the plan has.
  public var strayFiles: [String]

  public init(
    sweep: String, seed: UInt64, seconds: Double, faults: [FaultKind: Int], starts: Int, trials: [TrialID],
    folder: RunPaths, comparison: ResultComparison
  ) {
    self.sweep = sweep
    self.seed = seed
    self.seconds = seconds
    self.faults = Dictionary(uniqueKeysWithValues: faults.map { ($0.key.rawValue, $0.value) })
    self.starts = starts
    self.trials = trials.count
    (attempts, continued, causes, doneTwice) = (0, 0, [:], [])
    for trial in trials {
      guard let history = try? TrialFile.read(folder.trialFile(trial)).attempts else { continue }
      attempts += history.count
      continued += history.count { $0.firstEpoch > 0 }
      for attempt in history { causes[attempt.cause?.text ?? "no end", default: 0] += 1 }
      if history.count(where: { $0.cause == .completed }) != 1 { doneTwice.append(trial.description) }
    }
    lost = comparison.missing.map(\.description)
    differing = comparison.differing.map(\.description)
    differingBytes = comparison.differingBytes
    let planned = Set(trials)
    strayFiles = ((try? folder.publishedTrials()) ?? []).filter { !planned.contains($0) }.map(\.description)
  }

  /// Whether the sweep's promises held.
  public var isGood: Bool {
    lost.isEmpty && doneTwice.isEmpty && differing.isEmpty && differingBytes == 0 && strayFiles.isEmpty
  }

  public var text: String {
    func list(_ counts: [String: Int]) -> String {
      if counts.isEmpty { return "none" }
      return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    func named(_ trials: [String]) -> String {
      trials.isEmpty ? "0" : "\(trials.count): " + trials.joined(separator: " ")
    }
    return """
      \(sweep): \(isGood ? "every promise held" : "A PROMISE WAS BROKEN"), seed \(seed), \
      \(Int(seconds.rounded())) s under faults
        faults injected   \(faults.values.reduce(0, +)) (\(list(faults)))
        starts            \(starts)
        trials            \(trials)
        attempts          \(attempts), \(continued) from a checkpoint
        causes            \(list(causes))
        trials lost       \(named(lost))
        done twice        \(named(doneTwice))
        trials differing  \(named(differing))
        differing bytes   \(differingBytes)
      """ + (strayFiles.isEmpty ? "" : "\n  stray files       \(named(strayFiles))")
  }

  /// Sorted keys.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Strings and finite numbers always encode.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
