import FaultInjection
import Testing

/// The schedule is a value: a seed and rates decide everything.
@Suite struct FaultScheduleTests {
  private func faults(
    _ seed: UInt64, _ rates: [FaultKind: Double], first count: Int
  ) -> [FaultSchedule.Fault] {
    var schedule = FaultSchedule(seed: seed, rates: rates.mapValues { FaultRate(perSecond: $0) })
    return (0..<count).compactMap { _ in schedule.next() }
  }

  @Test func equalSeedsGiveEqualFaults() {
    let rates: [FaultKind: Double] = [.killWorker: 0.5, .disconnect: 0.2, .killCoordinator: 0.1]
    #expect(faults(7, rates, first: 50) == faults(7, rates, first: 50))
    #expect(faults(7, rates, first: 50) != faults(8, rates, first: 50))
  }

  @Test func timesOnlyGrow() {
    let times = faults(3, [.killChild: 2, .stopWorker: 1], first: 200).map(\.time)
    #expect(times.count == 200)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func ratesAreKept() {
    // 4000 events of a process with 4 per second take 1000 s; the standard deviation is 16 s.
    let all = faults(11, [.killWorker: 3, .disconnect: 1], first: 4000)
    let span = (all.last?.time ?? .zero) / .seconds(1)
    #expect((920...1080).contains(span), "\(span) s")
    // Binomial with p = 3/4: 3000, standard deviation 27.
    let kills = all.count { $0.kind == .killWorker }
    #expect((2865...3135).contains(kills), "\(kills)")
    #expect(all.allSatisfy { (0..<1).contains($0.extent) })
    #expect(Set(all.map(\.choice)).count == all.count)
  }

  @Test func withoutARateNothingHappens() {
    #expect(faults(1, [:], first: 1) == [])
    #expect(faults(1, [.killWorker: 0], first: 1) == [])
  }

  @Test(arguments: [
    ("0.1/s", 0.1), ("0.25", 0.25), ("6/min", 0.1), ("36/h", 0.01), ("0", 0), ("1e-2/s", 0.01),
  ]) func readsARate(_ text: String, _ perSecond: Double) throws {
    let rate = try #require(FaultRate(text: text))
    #expect(abs(rate.perSecond - perSecond) < 1e-15)
  }

  @Test(arguments: ["", "often", "-1", "nan", "inf", "1/day", "1/s/s", "/s", "2000/s"])
  func refusesARate(_ text: String) {
    #expect(FaultRate(text: text) == nil)
  }
}
