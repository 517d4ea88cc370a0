import Testing
import Trials

@testable import Scheduling

/// A coordinator that is broken on purpose is found out: the simulation can fail.
@Suite struct CoordinatorSabotageTests {
  static let seedLimit: UInt64 = 2000

  @Test(arguments: Sabotage.allCases) func theSimulationFinds(_ sabotage: Sabotage) {
    for seed in 1...Self.seedLimit {
      var world = SimulatedWorld(seed: seed, sabotage: sabotage)
      do {
        try world.run()
      } catch {
        let reason = "\(error)".split(separator: "\n").first ?? ""
        print("\(sabotage): found by world \(seed): \(reason)")
        return
      }
    }
    Issue.record("\(sabotage): \(Self.seedLimit) worlds did not find it")
  }
}

/// Ways in which a coordinator can be broken, as seen from outside: what it is told and what it does are bent on the
/// way, because nothing in the program itself can be switched to be wrong.
enum Sabotage: CaseIterable {
  /// A word for a lease that ran out counts as one for the live lease.
  case acceptsOldTokens
  /// A trial is given to two workers under one token.
  case grantsTwice
  /// Leases never run out, so that a dead worker's trial is never tried again.
  case forgetsExpiry
  /// Ends are acknowledged before they are on disk.
  case acknowledgesBeforeItRecords
  /// The ends of attempts are not written down.
  case forgetsEnds

  func swallows(_ event: CoordinatorEvent) -> Bool { self == .forgetsExpiry && event == .timePassed }

  func bend(_ event: CoordinatorEvent, in state: CoordinatorState) -> CoordinatorEvent {
    guard self == .acceptsOldTokens, case .attemptEndReported(_, let lease, let report) = event,
      let holder = state.holder(of: lease.trial),
      let token = state.trialView(of: lease.trial)?.attempts.last?.token
    else { return event }
    return .attemptEndReported(by: holder, TrialLease(trial: lease.trial, token: token), report)
  }

  func bend(_ effects: [CoordinatorEffect], workers: [WorkerID]) -> [CoordinatorEffect] {
    switch self {
    case .grantsTwice:
      effects.flatMap { effect in
        guard case .send(.grant, let worker) = effect, let other = workers.first(where: { $0 != worker })
        else { return [effect] }
        guard case .send(let reply, _) = effect else { return [effect] }
        return [effect, .send(reply, to: other)]
      }
    case .forgetsEnds:
      effects.filter { effect in
        if case .record(.attempt(_, let attempt)) = effect { attempt.cause == nil } else { true }
      }
    case .acceptsOldTokens, .forgetsExpiry, .acknowledgesBeforeItRecords: effects
    }
  }
}
