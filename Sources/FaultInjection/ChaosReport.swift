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
  /// Trials that were held against the reference, and those of them of which early stopping left only a part.
  public var compared: Int
  public var comparedInPart: Int
  /// Trials for which the reference has nothing to compare with.
  public var missingInReference: [String]
  /// Trials of the plan without a verified result or another end that the reference explains.
  public var lost: [String]
  /// Trials whose history has more than one accepted result.
  public var doneTwice: [String]
  /// Trials whose numbers are not those of the run in peace.
  public var differing: [String]
  public var differingBytes: Int
  /// Files under a final name that no trial of the plan has.
  public var strayFiles: [String]
  /// The whole in some words.
  public private(set) var verdict = ""

  public init(
    sweep: String, seed: UInt64, seconds: Double, faults: [FaultKind: Int], starts: Int, trials: [TrialID],
    folder: ComparedFolder, comparison: ResultComparison
  ) {
    self.sweep = sweep
    self.seed = seed
    self.seconds = seconds
    self.faults = Dictionary(uniqueKeysWithValues: faults.map { ($0.key.rawValue, $0.value) })
    self.starts = starts
    self.trials = trials.count
    (attempts, continued, causes, doneTwice) = (0, 0, [:], [])
    for trial in trials {
      let history = folder.attempts(at: trial)
      attempts += history.count
      continued += history.count { $0.firstEpoch > 0 }
      for attempt in history { causes[attempt.cause?.text ?? "no end", default: 0] += 1 }
      if history.count(where: { $0.cause == .completed || $0.cause == .pruned }) > 1 {
        doneTwice.append(trial.description)
      }
    }
    (compared, comparedInPart) = (comparison.compared, comparison.comparedInPart)
    missingInReference = comparison.missingInReference.map(\.description)
    lost = comparison.missing.map(\.description)
    differing = comparison.differing.map(\.description)
    differingBytes = comparison.differingBytes
    let planned = Set(trials)
    strayFiles = ((try? folder.paths.publishedTrials()) ?? []).filter { !planned.contains($0) }.map(
      \.description)
    verdict = verdictInWords
  }

  /// Whether the sweep kept its promises as far as one can tell, and all of it could be compared.
  public var isGood: Bool { !isBroken && !isUnproven }

  private var isBroken: Bool {
    !lost.isEmpty || !doneTwice.isEmpty || !differing.isEmpty || differingBytes > 0 || !strayFiles.isEmpty
  }

  private var isUnproven: Bool { !missingInReference.isEmpty || compared == 0 }

  private var verdictInWords: String {
    if isBroken { return "A PROMISE WAS BROKEN" }
    if isUnproven {
      return "NOT PROVEN: only \(compared) of \(trials) trials could be compared with the run in peace"
    }
    return faults.isEmpty ? "no fault struck: nothing was proven" : "every promise held"
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
      \(sweep): \(verdict), seed \(seed), \
      \(Int(seconds.rounded())) s under faults
        faults injected   \(faults.values.reduce(0, +)) (\(list(faults)))
        starts            \(starts)
        trials            \(trials)
        attempts          \(attempts), \(continued) from a checkpoint
        causes            \(list(causes))
        compared          \(compared) of \(trials)\(comparedInPart > 0 ? ", \(comparedInPart) up to an early stop" : "")
        trials lost       \(named(lost))
        done twice        \(named(doneTwice))
        trials differing  \(named(differing))
        differing bytes   \(differingBytes)
      """ + (missingInReference.isEmpty ? "" : "\n  not in reference  \(named(missingInReference))")
        + (strayFiles.isEmpty ? "" : "\n  stray files       \(named(strayFiles))")
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
