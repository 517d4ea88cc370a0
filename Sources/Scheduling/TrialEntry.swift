import Trials

/// A lease that is out.
struct LiveLease: Sendable {
  let token: FencingToken
  let worker: WorkerID
  var expires: Duration
  var epoch: Int
  /// Nil until a word of the worker tells it.
  var step: Int?
  var imagesPerSecond: Double?
  /// The worker's word of the end while its result is being verified. Such a lease does not expire.
  var verifying: AttemptEndReport?
}

/// All that the coordinator knows of one trial.
struct TrialEntry: Sendable {
  let trial: Trial
  var state: TrialState
  /// In order; the last has no end while a lease is out.
  var attempts: [AttemptRecord]
  var account: RetryAccount
  var lease: LiveLease?
  /// Why the trial is failed; empty otherwise.
  var failure: String
  /// Its file was there and verified when the coordinator began.
  var wasFoundCompleted: Bool
  var story = TrialStory()

  func attempt(with token: FencingToken) -> AttemptRecord? { attempts.last { $0.token == token } }

  var standing: TrialStanding {
    TrialStanding(
      trial: trial.id, state: state.isFinal ? state : .pending, account: account, failure: failure)
  }
}

/// All that the coordinator knows of one connected worker.
struct WorkerEntry: Sendable {
  var description: WorkerDescription
  /// Indices of trials whose lease it holds.
  var leases: Set<Int>
  /// Leases it has asked for and not got, at most `slots`.
  var wanted: Int
  /// Whether it stands in the line of those who want a trial.
  var isInLine: Bool
  var lastWord: Duration

  var canTakeOne: Bool { wanted > 0 && leases.count < description.slots }
}
