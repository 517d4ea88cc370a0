import Testing
import Trials

@testable import Scheduling

@Suite struct EarlyStoppingJudgeTests {
  private func judge(
    _ rule: EarlyStopping.Rule, _ direction: Objective.Direction = .minimize, over: [String] = [],
    neverJudged: Set<Int> = []
  ) -> EarlyStoppingJudge {
    EarlyStoppingJudge(
      EarlyStopping(rule: rule, objective: Objective(metric: .trainLoss, direction: direction), over: over),
      trials: sampleTrials, neverJudged: neverJudged)
  }

  /// Worked out by hand: of n values at a rung the best max(1, n / 2) go on.
  @Test func halvingKeepsTheBestShareOfThoseThatCame() {
    var judge = judge(.asha(minimumEpochs: 1, reduction: 2))
    let verdicts = [5.0, 6, 4, 4.5, 7].enumerated().map { trial, value in
      judge.judge(trial, epoch: 1, value: value, at: 0)?.verdict
    }
    #expect(verdicts == [.goOn, .prune, .goOn, .goOn, .prune])
  }

  @Test func higherIsBetterWhenItIsMaximised() {
    var judge = judge(.asha(minimumEpochs: 1, reduction: 2), .maximize)
    #expect(judge.judge(0, epoch: 1, value: -100, at: 0)?.verdict == .goOn)
    let decision = judge.judge(1, epoch: 1, value: -101, at: 0)
    #expect(decision?.verdict == .prune && decision?.cutoff == -100 && decision?.value == -101)
  }

  @Test func rungsAreAtThePowersOfTheReduction() {
    var judge = judge(.asha(minimumEpochs: 2, reduction: 3))
    let rungs = (0...20).compactMap { judge.judge(0, epoch: $0, value: 1, at: 0)?.rung }
    #expect(rungs == [2, 6, 18])
  }

  @Test func anEpochThatIsMeasuredAgainIsNotJudgedAgain() {
    var judge = judge(.asha(minimumEpochs: 1, reduction: 2))
    _ = judge.judge(0, epoch: 1, value: 5, at: 0)
    #expect(judge.judge(0, epoch: 1, value: 500, at: 1) == nil)
    #expect(judge.pruning(of: 0) == nil)
  }

  @Test func medianHoldsTheBestSoFarAgainstTheOthers() {
    var judge = judge(.median(startEpochs: 1, minimumTrials: 3))
    for (trial, value) in [1.0, 2, 3].enumerated() {
      let decision = judge.judge(trial, epoch: 1, value: value, at: 0)
      #expect(decision?.verdict == .goOn && decision?.cutoff == nil, "fewer than three others")
    }
    let worse = judge.judge(3, epoch: 1, value: 2.5, at: 0)
    #expect(worse?.verdict == .prune && worse?.cutoff == 2)
    let better = judge.judge(4, epoch: 1, value: 2.2, at: 0)
    #expect(better?.verdict == .goOn && better?.cutoff == 2.25, "the median of 1, 2, 2.5, 3")
  }

  @Test func trialsAreComparedWithinTheirGroup() {
    // The samples differ in their seed alone; where that is not searched over, each is a group of its own.
    var apart = judge(.asha(minimumEpochs: 1, reduction: 2), over: ["temp"])
    #expect(apart.judge(0, epoch: 1, value: 1, at: 0)?.verdict == .goOn)
    #expect(apart.judge(1, epoch: 1, value: 99, at: 0)?.verdict == .goOn)
    var together = judge(.asha(minimumEpochs: 1, reduction: 2), over: ["seed"])
    _ = together.judge(0, epoch: 1, value: 1, at: 0)
    #expect(together.judge(1, epoch: 1, value: 99, at: 0)?.verdict == .prune)
  }

  @Test func whatOthersWaitForAndWhatIsNoNumberIsNotJudged() {
    var judge = judge(.asha(minimumEpochs: 1, reduction: 2), neverJudged: [1])
    _ = judge.judge(0, epoch: 1, value: 1, at: 0)
    #expect(judge.judge(1, epoch: 1, value: 99, at: 0) == nil)
    #expect(judge.judge(2, epoch: 1, value: .nan, at: 0) == nil)
  }

  @Test func runningQuantilesAgreeWithSorting() {
    var generator = SeededGenerator(seed: 11)
    var share = BestShare(divisor: 3)
    var median = RunningMedian()
    var values: [Double] = []
    for _ in 1...500 {
      let value = Double(Int.random(in: 0..<60, using: &generator))
      share.insert(value)
      median.insert(value)
      values.append(value)
      let sorted = values.sorted()
      #expect(share.cutoff == sorted[max(1, sorted.count / 3) - 1])
      let middle = sorted.count / 2
      #expect(
        median.median == (sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2))
    }
  }
}

@Suite struct CoordinatorEarlyStoppingTests {
  private let ids = sampleTrials.map(\.id)

  private func coordinator(
    past: CoordinatorState.Past = CoordinatorState.Past(), epoch: UInt32 = 1
  ) -> Coordinator {
    Coordinator(trials: 3, epoch: epoch, past: past) { sweep in
      sweep.earlyStopping = EarlyStopping(
        rule: .asha(minimumEpochs: 1, reduction: 2),
        objective: Objective(metric: .trainLoss, direction: .minimize))
    }
  }

  /// Two trials run; the second has the worse loss at the first rung.
  private func pruning() throws -> (Coordinator, [TrialLease]) {
    var coordinator = self.coordinator()
    let leases = coordinator.join("a", host: "h", slots: 2)
    coordinator.measure("a", leases[0], epoch: 1, loss: 1)
    coordinator.measure("a", leases[1], epoch: 1, loss: 2)
    return (coordinator, leases)
  }

  private static let ending = LeaseEnding.pruned(
    rung: 1, reason: "at epoch 1 its train_loss 2.0 was worse than 1.0")

  @Test(arguments: [
    (-422.810123, -402.3200449, "at epoch 3 its val_elbo -422.81012 was worse than -402.32004"),
    (7.457463652826846e-05, 0, "at epoch 3 its val_elbo 7.457464e-05 was worse than 0.0"),
    (123_456_789.0, 1e300, "at epoch 3 its val_elbo 1.2345679e+08 was worse than 1e+300"),
  ]) func aVerdictIsToldInFewDigits(_ value: Double, _ cutoff: Double, _ text: String) {
    let decision = PruningDecision(
      rung: 3, value: value, cutoff: cutoff, verdict: .prune, unixSeconds: 0)
    #expect(decision.text(metric: "val_elbo") == text)
  }

  @Test func theVerdictIsRecordedBeforeTheWorkerIsTold() throws {
    let (coordinator, leases) = try pruning()
    let recorded = coordinator.last.firstIndex { if case .record(.decision) = $0 { true } else { false } }
    let told = coordinator.last.firstIndex(
      of: .send(.endAttempt(leases[1], Self.ending), to: WorkerID("a")!))
    #expect(try #require(recorded) < #require(told))
    #expect(coordinator.ledger.decisions[ids[1]]?.map(\.verdict) == [.prune])
    #expect(coordinator.state.decisions(on: ids[1]).first?.cutoff == 1)
  }

  @Test func theWorkerIsToldAgainUntilItEnds() throws {
    var (coordinator, leases) = try pruning()
    coordinator.beat("a", leases[1])
    #expect(coordinator.replies(to: "a") == [.endAttempt(leases[1], Self.ending)])
  }

  @Test func itsFileIsPublishedAndTheTrialIsPruned() throws {
    var (coordinator, leases) = try pruning()
    let claim = ResultClaim(byteCount: 1, sha256: "00")
    coordinator.apply(
      .attemptEndReported(by: WorkerID("a")!, leases[1], AttemptEndReport(cause: .pruned, result: claim)))
    #expect(coordinator.last.contains(.verifyAndPublish(leases[1], claim)))
    coordinator.apply(.resultVerified(leases[1]))
    #expect(coordinator.state(of: 1) == .pruned)
    #expect(
      coordinator.ledger.trials[ids[1]]?.failure == "at epoch 1 its train_loss 2.0 was worse than 1.0")
    #expect(coordinator.ledger.attempts[ids[1]]?.last?.cause == .pruned)
  }

  @Test(arguments: [EndCause.preempted, .killedBySignal(9), .bug])
  func theVerdictStandsHoweverTheAttemptEnds(_ cause: EndCause) throws {
    var (coordinator, leases) = try pruning()
    coordinator.end("a", leases[1], cause)
    #expect(coordinator.state(of: 1) == .pruned)
    #expect(coordinator.ledger.trials[ids[1]]?.account == RetryAccount(), "no budget is used")
  }

  @Test func aRestartHonoursTheVerdict() throws {
    let (before, leases) = try pruning()
    var after = coordinator(past: CoordinatorState.Past(ledger: before.ledger), epoch: 2)
    after.apply(.workerIntroduced(workerDescription("a", slots: 2, held: leases, host: "h")))
    #expect(after.replies(to: "a") == [.welcome, .endAttempt(leases[1], Self.ending)])
    after.pass(16)
    #expect(after.state(of: 1) == .pruned && after.state(of: 0) == .pending)
  }

  @Test func aResultThatCameInTimeCounts() throws {
    var (coordinator, leases) = try pruning()
    coordinator.end("a", leases[1], .completed)
    coordinator.apply(.resultVerified(leases[1]))
    #expect(coordinator.state(of: 1) == .completed)
  }

  @Test func nothingIsJudgedBehindTheVerdict() throws {
    var (coordinator, leases) = try pruning()
    coordinator.measure("a", leases[1], epoch: 2, loss: 0.5)
    #expect(coordinator.ledger.decisions[ids[1]]?.map(\.verdict) == [.prune])
  }

  /// It was complete before the verdict could end it, and then somebody lost its file.
  @Test func aCompletedTrialWithAVerdictRunsAgainToItsEnd() throws {
    var (before, leases) = try pruning()
    before.end("a", leases[1], .completed)
    before.apply(.resultVerified(leases[1]))
    var after = coordinator(past: CoordinatorState.Past(ledger: before.ledger), epoch: 2)
    #expect(after.state(of: 1) == .pending)
    let granted = after.join("b", host: "h", slots: 3).map(\.trial)
    #expect(granted.contains(ids[1]))
  }

  @Test func aRevivedTrialRunsToItsEnd() throws {
    var (coordinator, leases) = try pruning()
    coordinator.end("a", leases[1], .preempted)
    coordinator.order(.retry([ids[1]]))
    let next = try #require(
      coordinator.grants().first?.lease ?? coordinator.request("a"))
    #expect(next.trial == ids[1])
    coordinator.measure("a", next, epoch: 2, loss: 500)
    #expect(coordinator.replies(to: "a").isEmpty)
    let after = self.coordinator(
      past: CoordinatorState.Past(ledger: coordinator.ledger, prunedResults: [ids[1]]), epoch: 2)
    #expect(after.state(of: 1) == .running, "its old file does not make it pruned again")
  }
}
