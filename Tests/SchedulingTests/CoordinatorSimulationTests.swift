import Foundation
import Testing
import Trials

@testable import Scheduling

/// Ten thousand small worlds in virtual time. `IGR_SIMULATION_SEED=n` runs one of them alone.
@Suite struct CoordinatorSimulationTests {
  static let seeds: [UInt64] = {
    if let text = ProcessInfo.processInfo.environment["IGR_SIMULATION_SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return Array(1...10_000)
  }()

  @Test func everyWorldEndsWithEveryTrialDoneOnce() {
    var tally = SimulatedWorld.Tally()
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed)
      do {
        try world.run()
      } catch {
        Issue.record(
          """
          reproduce: IGR_SIMULATION_SEED=\(seed) swift test --scratch-path .build-test -c release \
          -Xswiftc -enable-testing --filter CoordinatorSimulationTests
          \(error)
          """)
        return
      }
      tally.add(world.tally)
    }
    print("simulated \(Self.seeds.count) worlds: \(tally)")
    guard Self.seeds.count > 1 else { return }
    // A simulation in which a fault never happens proves nothing about it.
    #expect(tally.restarts > 1000 && tally.deaths > 1000 && tally.gaps > 200)
    #expect(tally.staleAnswers > 100 && tally.lostAttempts > 1000 && tally.keptLeases > 200)
    #expect(tally.dropped > 1000 && tally.repeated > 1000 && tally.refusedResults > 100)
    #expect(tally.pruned > 500 && tally.prunedFiles > 300 && tally.orders > 1000 && tally.nodesSetAside > 50)
    #expect(tally.lostGrants > 500 && tally.adopted > 300)
    #expect(tally.cancelled > 100 && tally.revived > 100 && tally.failedWithAnother > 50)
  }
}
