import Trials

/// A lease that is out.
struct LiveLease: Sendable {
  let token: FencingToken
  let worker: WorkerID
  var expires: Duration
  /// When its worker last spoke of it, as far as this life or the one before knows.
  var lastHeardUnixSeconds: Double
  var epoch: Int
  /// Nil until a word of the worker tells it.
  var step: Int?
  var imagesPerSecond: Double?
  /// The worker's word of the end while its result is being sent or verified.
  var verifying: AttemptEndReport?
  /// How the coordinator wants it to end; told again with every heartbeat that names the lease.
  var ending: LeaseEnding?
  /// Who cancelled the trial while its result was on its way: counts where the result is refused.
  var cancelledBy: String?
}

/// All that the coordinator knows of one trial. There may be 100,000 of them, so what only a leased trial needs is
/// elsewhere.
struct TrialEntry: Sendable {
  let trial: Trial
  var state: TrialState
  /// In order; the last has no end while a lease is out.
  var attempts: [AttemptRecord]
  var account: RetryAccount
  /// Why the trial is failed, pruned or cancelled; empty otherwise.
  var failure: String
  /// Its file was there and verified when the coordinator began.
  var wasFoundCompleted = false
  /// Given by a person; nil: the plan's.
  var priority: Int?
  var ignoresEarlyStopping = false
  /// How many of the trials that it waits for are not completed.
  var unmetCount: Int32 = 0
  /// Where it waits; nil while it does not.
  var place: WaitingTrials.Place?
  /// The CPU type it began on, where it may not go on on another.
  var cpu: String?

  func attempt(with token: FencingToken) -> AttemptRecord? { attempts.last { $0.token == token } }

  var standing: TrialStanding {
    TrialStanding(
      trial: trial.id, state: state.isFinal ? state : .pending, account: account, failure: failure,
      priority: priority, ignoresEarlyStopping: ignoresEarlyStopping)
  }

  /// Wall time of all attempts since a person last gave the trial a new budget; of one that was lost, until its worker
  /// was last heard.
  func secondsUsed(until now: Double) -> Double {
    attempts.reduce(0) { sum, attempt in
      guard attempt.number > account.forgivenAttempts else { return sum }
      return sum + max(0, (attempt.endedUnixSeconds ?? now) - attempt.startedUnixSeconds)
    }
  }
}

/// All that the coordinator knows of one connected worker.
struct WorkerEntry: Sendable {
  var description: WorkerDescription
  /// Indices of trials whose lease it holds.
  var leases: Set<Int>
  /// Leases it has asked for and not got, at most `slots`.
  var wanted: Int
  /// Its number in the line of those who want a trial; nil while it does not stand there.
  var lineNumber: Int?
  var lastWord: Duration

  var canTakeOne: Bool { wanted > 0 && leases.count < description.slots }
}
