import Glibc

/// Which faults come when: independent Poisson processes, decided by a seed alone.
///
/// A value: equal seeds and rates give equal faults. Whom a fault strikes depends on who lives at that moment, so the
/// schedule gives only a number to choose by.
public struct FaultSchedule: Sendable {
  public struct Fault: Hashable, Sendable {
    public var kind: FaultKind
    /// Since the schedule's beginning.
    public var time: Duration
    /// Uniform; a victim of `count` is number `choice % count`.
    public var choice: UInt64
    /// Uniform in 0..<1; how long something stays stopped.
    public var extent: Double
  }

  private let rates: [(kind: FaultKind, perSecond: Double)]
  private var generator: SeededGenerator
  private var seconds = 0.0

  public init(seed: UInt64, rates: [FaultKind: FaultRate]) {
    // Sorted: the order of a dictionary differs from run to run.
    self.rates = rates.filter { $0.value.perSecond > 0 }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.perSecond) }
    generator = SeededGenerator(seed: seed)
  }

  /// The next fault; nil when no kind has a rate.
  public mutating func next() -> Fault? {
    let total = rates.reduce(0) { $0 + $1.perSecond }
    guard total > 0 else { return nil }
    // The distance between events of a Poisson process; 1 - u is never 0.
    seconds -= log(1 - generator.uniform()) / total
    var rest = generator.uniform() * total
    var kind = rates[rates.count - 1].kind
    for rate in rates {
      if rest < rate.perSecond {
        kind = rate.kind
        break
      }
      rest -= rate.perSecond
    }
    return Fault(
      kind: kind, time: .seconds(seconds), choice: generator.next(), extent: generator.uniform())
  }
}
