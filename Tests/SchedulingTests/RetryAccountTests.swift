import Testing
import Trials

@testable import Scheduling

@Suite struct RetryAccountTests {
  private let budget = RetryBudget(lost: 4, crash: 3, outOfMemory: 1)

  /// How many attempts a trial gets when every one ends with `cause`, each at another step.
  private func attempts(endingWith cause: EndCause, limit: Int = 50) -> Int {
    var account = RetryAccount()
    for attempt in 1...limit {
      if case .setAside = account.book(cause, atStep: attempt, budget: budget) { return attempt }
    }
    return limit
  }

  @Test(arguments: [
    (EndCause.nan, 1), (.configuration, 1), (.timeLimit, 1), (.outOfMemory, 2), (.memoryLimit, 2), (.hung, 4),
    (.disk, 4), (.bug, 4), (.workerLost, 5), (.killedBySignal(9), 5), (.preempted, 50), (.completed, 4),
  ])
  func budgetPerCause(_ cause: EndCause, _ expected: Int) {
    #expect(attempts(endingWith: cause) == expected)
  }

  @Test func causesOfOneKindShareTheirBudget() {
    var account = RetryAccount()
    #expect(account.book(.hung, atStep: nil, budget: budget) == .tryAgain)
    #expect(account.book(.disk, atStep: nil, budget: budget) == .tryAgain)
    #expect(account.book(.bug, atStep: nil, budget: budget) == .tryAgain)
    #expect(account.book(.workerLost, atStep: nil, budget: budget) == .tryAgain)
    #expect(account.book(.hung, atStep: nil, budget: budget) != .tryAgain)
  }

  @Test func progressOfTheCheckpointGivesLossesBack() {
    var account = RetryAccount()
    for step in 1...100 {
      #expect(account.book(.workerLost, atStep: step, budget: budget) == .tryAgain)
      let isProgress = account.checkpointWritten(atStep: step)
      #expect(isProgress)
    }
    let isProgress = account.checkpointWritten(atStep: 100)
    #expect(!isProgress)
    #expect(account.lost == 0)
  }

  @Test(arguments: [Int32(4), 5, 6, 7, 8, 11]) func aChildThatEndsByItsOwnFaultUsesTheCrashBudget(
    _ signal: Int32
  ) {
    var account = RetryAccount()
    let budget = RetryBudget(lost: 20, crash: 2, outOfMemory: 1)
    var decisions: [RetryAccount.Decision] = []
    for _ in 0..<3 { decisions.append(account.book(.killedBySignal(signal), atStep: nil, budget: budget)) }
    #expect(decisions.prefix(2) == [.tryAgain, .tryAgain])
    #expect(decisions.last == .setAside(reason: "3 crashed attempts; the sweep allows 2 retries"))
  }

  @Test func threeLossesAtOneStepBlameTheTrial() {
    var account = RetryAccount()
    let causes: [EndCause] = [.workerLost, .killedBySignal(11), .preempted, .workerLost]
    let decisions = causes.map { account.book($0, atStep: 500, budget: budget) }
    #expect(decisions.dropLast().allSatisfy { $0 == .tryAgain })
    #expect(decisions.last == .setAside(reason: "3 attempts in a row were lost at step 500"))
  }

  @Test func lossesAtDifferentOrUnknownStepsDoNot() {
    var account = RetryAccount()
    let generous = RetryBudget(lost: 100)
    for step in [5, 5, 6, 5, 5, nil, 7, nil, nil, nil] as [Int?] {
      #expect(account.book(.workerLost, atStep: step, budget: generous) == .tryAgain)
    }
  }

  @Test func lossesRightAfterTheCheckpointDoNot() {
    var account = RetryAccount()
    let generous = RetryBudget(lost: 100)
    let isProgress = account.checkpointWritten(atStep: 40)
    #expect(isProgress)
    // Every attempt tells its first step at once.
    for step in [40, 41] {
      for _ in 0..<10 {
        #expect(account.book(.killedBySignal(9), atStep: step, budget: generous) == .tryAgain)
      }
    }
    let beyond = (0..<3).map { _ in account.book(.killedBySignal(9), atStep: 42, budget: generous) }
    #expect(
      beyond == [.tryAgain, .tryAgain, .setAside(reason: "3 attempts in a row were lost at step 42")])
  }
}
