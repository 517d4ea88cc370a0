import Testing
import Trials

@testable import Scheduling

/// Random words of the coordinator, of children and of the system in any order, thousands of times.
@Suite struct WorkerStateSimulationTests {
  @Test func keepsItsPromisesWhateverHappens() {
    for seed in UInt64(1)...2000 { simulate(seed: seed) }
  }

  private func simulate(seed: UInt64) {
    var random = SplitMix(state: seed)
    let slots = Int.random(in: 1...3, using: &random)
    var now = Duration.zero
    var state = WorkerState(limits: WorkerState.Limits(slots: slots), at: now)
    var children: [TrialLease] = []
    var everStarted: Set<TrialLease> = []
    var unacknowledged: Set<TrialLease> = []
    var isOver = false
    var counter: UInt64 = 0

    for _ in 0..<200 {
      now += .milliseconds(Int.random(in: 0...3000, using: &random))
      let some = children.randomElement(using: &random)
      let event: WorkerState.Event
      switch (Int.random(in: 0..<40, using: &random), some) {
      case (0..<8, _): event = .timePassed
      case (8..<11, _): event = .welcomed(heartbeat: .seconds(2), patience: .seconds(600))
      case (11, _): event = .introductionAsked
      case (12..<18, _):
        counter += UInt64.random(in: 0...1, using: &random)
        let id = TrialID("000000000000000\(Int.random(in: 0...4, using: &random))")!  // Hexadecimal digits.
        let token = FencingToken(coordinatorEpoch: 1, counter: counter)
        event = .granted(TrialLease(trial: id, token: token))
      case (18..<20, let lease?): event = .abandoned(lease)
      case (20..<24, let lease?): event = .childBegan(lease, epoch: 0, step: 0)
      case (24..<28, let lease?):
        event = .childStepped(lease, epoch: 0, step: Int.random(in: 0...99, using: &random))
      case (28..<34, let lease?):
        children.removeAll { $0 == lease }
        event = .childEnded(lease, word: Bool.random(using: &random) ? .stopped : nil, exit: .exited(code: 0))
      case (34..<38, _):
        guard let lease = unacknowledged.randomElement(using: &random) else { continue }
        unacknowledged.remove(lease)
        event = .endAcknowledged(lease, .accepted)
      case (38, _) where seed % 3 == 0: event = .stopRequested(.terminate)
      case (39, _) where seed % 50 == 0: event = .sweepOver
      default: event = .nothingNow
      }

      for action in state.handle(event, at: now) {
        #expect(!isOver, "seed \(seed): \(action) after the end")
        switch action {
        case .startChild(let lease):
          #expect(everStarted.insert(lease).inserted, "seed \(seed): \(lease) started twice")
          #expect(
            !children.contains { $0.trial == lease.trial }, "seed \(seed): two children of \(lease.trial)")
          children.append(lease)
          #expect(children.count <= slots, "seed \(seed): more children than slots")
        case .killChild(let lease), .askChildToStop(let lease):
          #expect(children.contains(lease), "seed \(seed): \(action) without a child")
        case .send(.attemptEnded(let lease, _)):
          #expect(!children.contains(lease), "seed \(seed): the end of a living child is reported")
          unacknowledged.insert(lease)
        case .end: isOver = true
        default: break
        }
      }
      if !isOver {
        #expect(Set(children).isSubset(of: state.held), "seed \(seed): a child that no heartbeat names")
        if event == .timePassed {
          #expect(state.nextDeadline > now, "seed \(seed): a deadline that no passing time moves")
        }
      }
    }
  }
}

/// Vigna's SplitMix64.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
