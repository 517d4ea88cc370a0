import Glibc
import ResultStore
import Trials

/// A results folder whose sweep is over, as a comparison sees it: what its files hold, and what only its ledger knows.
public struct ComparedFolder: Sendable {
  public var paths: RunPaths
  /// What the ledger says, at least of the trials without a file.
  public var standings: [TrialID: Standing]

  /// How a ledger has a trial.
  public struct Standing: Hashable, Sendable {
    public var state: TrialState
    public var attempts: [AttemptRecord]

    public init(state: TrialState, attempts: [AttemptRecord]) {
      self.state = state
      self.attempts = attempts
    }
  }

  /// - Parameter standings: empty for a folder without a ledger; then a trial without a file has come to no end.
  public init(paths: RunPaths, standings: [TrialID: Standing] = [:]) {
    self.paths = paths
    self.standings = standings
  }

  /// What a trial came to.
  enum Outcome {
    /// Completed, or pruned with what it had learnt so far.
    case result(TrialRecord)
    /// Nil where it never ran: it failed with what it waited for.
    case failed(EndCause?)
    /// Before it had numbers that anybody kept.
    case prunedWithoutNumbers
    case cancelled
    /// No end, or a file that does not verify.
    case nothing

    /// Whether early stopping ended it.
    var isPruned: Bool {
      switch self {
      case .result(let record): record.state == .pruned
      case .prunedWithoutNumbers: true
      case .failed, .cancelled, .nothing: false
      }
    }

    /// Whether it failed by what it is, wherever and whenever it runs.
    var isFailedByItself: Bool {
      if case .failed(let cause) = self { cause == .nan || cause == .configuration } else { false }
    }
  }

  /// Reads and verifies the trial's file.
  func outcome(of trial: TrialID) -> Outcome {
    let path = paths.trialFile(trial)
    // A file that is there is the trial's only word, whatever the ledger thinks of it.
    guard access(path, F_OK) != 0 else {
      guard let record = try? TrialFile.read(path), record.trial.id == trial,
        record.state == .completed || record.state == .pruned
      else { return .nothing }
      return .result(record)
    }
    guard let standing = standings[trial] else { return .nothing }
    switch standing.state {
    case .failed: return .failed(standing.attempts.last?.cause)
    case .pruned: return .prunedWithoutNumbers
    case .cancelled: return .cancelled
    case .pending, .leased, .running, .completed: return .nothing
    }
  }

  /// In the order of their numbers.
  func attempts(at trial: TrialID) -> [AttemptRecord] {
    (try? TrialFile.read(paths.trialFile(trial)).attempts) ?? standings[trial]?.attempts ?? []
  }
}
