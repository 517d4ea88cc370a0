import Trials

extension WorkerState {
  /// One lease, its child and what is known of its progress.
  struct Task: Hashable, Sendable {
    enum Phase: Hashable {
      /// An older child of the same trial must end first.
      case waiting
      case starting
      case training
      /// The report waits for its acknowledgement.
      case ended(End)
    }

    /// Why the agent killed the child.
    enum Kill: Hashable {
      case abandoned
      case hung(limit: Duration)
      case graceOver
      case overMemory(limitMiB: Double, foundMiB: Double)
      case overTime(limit: Duration)
    }

    let lease: TrialLease
    let budget: Budget
    let begin: Duration
    /// How the coordinator wants it to end.
    var ending: LeaseEnding?
    /// When a child that was asked to end by the coordinator is killed.
    var endDeadline: Duration?
    var phase = Phase.starting
    var killed: Kill?
    var isAskedToStop = false
    private(set) var firstEpoch = 0
    private(set) var lastEpoch = 0
    private(set) var epoch = 0
    private(set) var step = 0
    /// The child's last sign of progress.
    private(set) var lastLife: Duration
    private var lastStepAt: Duration?
    /// The newest `Self.windowLength` times per step, oldest overwritten first.
    private var stepTimes: [Duration] = []
    private var nextSlot = 0

    // An odd count has a middle; a window follows a child that slows down when its neighbours wake up.
    private static let windowLength = 63

    init(lease: TrialLease, budget: Budget, at now: Duration) {
      self.lease = lease
      self.budget = budget
      begin = now
      lastLife = now
    }

    /// When its time is over; nil without a limit, and for one that has no child now.
    var timeLimit: Duration? {
      guard isAlive, killed == nil, let seconds = budget.seconds else { return nil }
      return begin + .seconds(max(0, seconds))
    }

    var isAlive: Bool { phase == .starting || phase == .training }
    var progress: LeaseStanding { LeaseStanding(lease: lease, epoch: epoch, step: step) }

    mutating func showedLife(at now: Duration) { lastLife = now }

    mutating func began(epoch: Int, step: Int, at now: Duration) {
      phase = .training
      (firstEpoch, lastEpoch) = (epoch, epoch)
      (self.epoch, self.step) = (epoch, step)
      lastStepAt = now
      lastLife = now
    }

    mutating func stepped(epoch: Int, step: Int, at now: Duration) {
      guard step > self.step else { return }
      if let lastStepAt {
        let each = (now - lastStepAt) / (step - self.step)
        if stepTimes.count < Self.windowLength {
          stepTimes.append(each)
        } else {
          stepTimes[nextSlot] = each
        }
        nextSlot = (nextSlot + 1) % Self.windowLength
      }
      (self.epoch, self.step) = (epoch, step)
      lastStepAt = now
      lastLife = now
    }

    mutating func measured(epoch: Int, at now: Duration) {
      lastEpoch = max(lastEpoch, epoch)
      // The time of the evaluation belongs to no step.
      lastStepAt = now
      lastLife = now
    }

    /// Nil while the child waits for its turn.
    func hangLimit(_ limits: Limits) -> Duration? {
      guard isAlive else { return nil }
      guard !stepTimes.isEmpty else { return limits.hangFloor }
      return max(limits.hangFloor, stepTimes.sorted()[stepTimes.count / 2] * limits.hangFactor)
    }

    /// The cause of an end, from the child's own word first. An exit status alone never means success.
    func end(word: FinalWord?, exit: ChildExit, outOfMemory: String?) -> End {
      var end = causeOfEnd(word: word, exit: exit, outOfMemory: outOfMemory)
      (end.firstEpoch, end.lastEpoch) = (firstEpoch, lastEpoch)
      end.lastStep = phase == .training ? step : nil
      return end
    }

    private func causeOfEnd(word: FinalWord?, exit: ChildExit, outOfMemory: String?) -> End {
      switch word {
      case .completed(let result): return End(cause: .completed, result: result)
      case .pruned(let result): return End(cause: .pruned, result: result)
      case .failed(let cause, let message): return End(cause: cause, message: message)
      case .stopped where ending == .paused:
        return End(cause: .preempted, message: "the sweep is paused; the checkpoint is written")
      case .stopped where isAskedToStop:
        return End(cause: .preempted, message: "the worker was asked to end; the checkpoint is written")
      case .stopped:
        // SIGTERM of a stranger.
        return End(
          cause: .killedBySignal(15), message: "the child was asked to end (SIGTERM), not by its worker")
      case nil: break
      }
      switch killed {
      case .hung(let limit):
        return End(
          cause: .hung, message: "no progress for more than \(limit), in epoch \(epoch) after step \(step)")
      case .graceOver:
        return End(cause: .preempted, message: "the child did not write its checkpoint within the grace time")
      case .overMemory(let limit, let found):
        return End(
          cause: .memoryLimit,
          message: "the child had \(Int(found.rounded(.up))) MiB of resident memory, the sweep allows"
            + " \(Int(limit)) MiB (resources.memory_mb); in epoch \(epoch) after step \(step)")
      case .overTime(let limit):
        return End(
          cause: .timeLimit,
          message:
            "the trial's time (resources.seconds) is used up, the last \(limit) of it in this attempt; in"
            + " epoch \(epoch) after step \(step)")
      case .abandoned, nil: break
      }
      switch exit {
      case .signalled(let number):
        if number == 9, let outOfMemory {
          return End(
            cause: .outOfMemory, message: "\(outOfMemory); in epoch \(epoch) after step \(step)")
        }
        if isAskedToStop, number == 15 {
          return End(cause: .preempted, message: "the worker was asked to end before the child could answer")
        }
        return End(
          cause: .killedBySignal(number), message: "in epoch \(epoch) after step \(step) the child was killed"
        )
      case .exited(let code):
        return End(
          cause: .bug, message: "the child ended with exit code \(code) and no word why; see its log")
      }
    }
  }
}
