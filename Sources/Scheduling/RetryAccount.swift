import Trials

/// How much of its retry budget a trial has used.
public struct RetryAccount: Hashable, Sendable {
  /// Ends by a lost worker or a foreign signal since the checkpoint last made progress.
  public var lost: Int
  /// Ends by a hang, a disk error or a bug.
  public var crash: Int
  public var outOfMemory: Int
  /// Step of the newest checkpoint.
  public var checkpointStep: Int
  /// Step at which the last lost attempt ended, where it was known.
  public var lastLostStep: Int?
  /// How many lost attempts in a row ended at that step.
  public var lostAtSameStep: Int
  /// Number of the last attempt before a person gave the trial a new budget; its time counts from there.
  public var forgivenAttempts: Int

  public init(
    lost: Int = 0, crash: Int = 0, outOfMemory: Int = 0, checkpointStep: Int = 0, lastLostStep: Int? = nil,
    lostAtSameStep: Int = 0, forgivenAttempts: Int = 0
  ) {
    self.lost = lost
    self.crash = crash
    self.outOfMemory = outOfMemory
    self.checkpointStep = checkpointStep
    self.lastLostStep = lastLostStep
    self.lostAtSameStep = lostAtSameStep
    self.forgivenAttempts = forgivenAttempts
  }

  public enum Decision: Hashable, Sendable {
    case tryAgain
    /// The trial fails; the reason is for a person.
    case setAside(reason: String)
  }

  /// Losses in a row at one step after which the trial itself is blamed (sweeper specification part 5, promise 9).
  static let lossesAtOneStep = 3

  /// A checkpoint was written: progress gives the budget of losses back.
  ///
  /// - Returns: whether the account changed.
  mutating func checkpointWritten(atStep step: Int) -> Bool {
    guard step > checkpointStep else { return false }
    checkpointStep = step
    lost = 0
    return true
  }

  /// Books the end of an attempt that left no result.
  ///
  /// - Parameter step: the trial's last known step, nil when nobody told.
  mutating func book(_ cause: EndCause, atStep step: Int?, budget: RetryBudget) -> Decision {
    switch cause {
    case .nan, .configuration:
      return .setAside(reason: "\(cause.text): another attempt would end in the same way")
    case .timeLimit:
      return .setAside(reason: "the trial's time is used up")
    case .preempted, .pruned, .cancelled:
      // The last two end their trial by themselves; their attempt uses nothing.
      return .tryAgain
    case .workerLost, .killedBySignal:
      // Every attempt tells its first step behind the checkpoint at once, the next ones now and then. Whoever is killed
      // before the second word, as often happens on a machine in trouble, was not taken down by the trial.
      if let step, step > checkpointStep + 1 {
        lostAtSameStep = step == lastLostStep ? lostAtSameStep + 1 : 1
        lastLostStep = step
        if lostAtSameStep >= Self.lossesAtOneStep {
          return .setAside(reason: "\(lostAtSameStep) attempts in a row were lost at step \(step)")
        }
      }
      if case .killedBySignal(let number) = cause, Self.ownFaults.contains(number) {
        // A child that traps or aborts does so by itself, and would again.
        crash += 1
        return Self.decide(crash, of: budget.crash, "crashed attempts")
      }
      lost += 1
      return Self.decide(lost, of: budget.lost, "lost attempts without progress")
    case .hung, .disk, .bug, .completed:
      // `completed` comes here only for a result that did not verify or did not exist.
      crash += 1
      return Self.decide(crash, of: budget.crash, "crashed attempts")
    case .outOfMemory, .memoryLimit:
      outOfMemory += 1
      return Self.decide(outOfMemory, of: budget.outOfMemory, "attempts out of memory")
    }
  }

  /// Gives back what one end has used, because the node was at fault and not the trial.
  mutating func giveBack(_ cause: EndCause) {
    switch cause {
    case .hung, .disk, .bug: crash = max(0, crash - 1)
    case .killedBySignal(let number) where Self.ownFaults.contains(number): crash = max(0, crash - 1)
    case .killedBySignal, .workerLost: lost = max(0, lost - 1)
    case .outOfMemory, .memoryLimit: outOfMemory = max(0, outOfMemory - 1)
    case .completed, .nan, .configuration, .timeLimit, .preempted, .pruned, .cancelled: break
    }
  }

  /// SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV on Linux: nobody sends these from outside.
  static let ownFaults: Set<Int32> = [4, 5, 6, 7, 8, 11]

  private static func decide(_ used: Int, of budget: Int, _ what: String) -> Decision {
    used <= budget ? .tryAgain : .setAside(reason: "\(used) \(what); the sweep allows \(budget) retries")
  }
}
