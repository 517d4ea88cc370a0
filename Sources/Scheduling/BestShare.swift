/// The best share of a growing set of values, smaller being better: of n values the best max(1, ⌊n / divisor⌋).
struct BestShare: Sendable {
  let divisor: Int
  /// The best ones, worst first: a heap of negated values.
  private var best = BinaryHeap<Double>()
  private var rest = BinaryHeap<Double>()

  init(divisor: Int) {
    precondition(divisor > 1, "a share of everything leaves nothing out")
    self.divisor = divisor
  }

  var count: Int { best.count + rest.count }

  /// The worst value that still belongs to the best share; nil while there is no value.
  var cutoff: Double? { best.first.map { -$0 } }

  /// - Complexity: O(log n).
  mutating func insert(_ value: Double) {
    if let cutoff, value >= cutoff { rest.insert(value) } else { best.insert(-value) }
    let wanted = max(1, count / divisor)
    while best.count > wanted, let worst = best.removeFirst() { rest.insert(-worst) }
    while best.count < wanted, let next = rest.removeFirst() { best.insert(-next) }
  }
}

/// The median of a growing set of values; of an even number of values the mean of the two in the middle.
struct RunningMedian: Sendable {
  /// A heap of negated values.
  private var lower = BinaryHeap<Double>()
  private var upper = BinaryHeap<Double>()

  var count: Int { lower.count + upper.count }

  var median: Double? {
    guard let low = lower.first else { return nil }
    guard lower.count == upper.count, let high = upper.first else { return -low }
    return (high - low) / 2
  }

  /// - Complexity: O(log n).
  mutating func insert(_ value: Double) {
    if let high = upper.first, value > high { upper.insert(value) } else { lower.insert(-value) }
    if lower.count > upper.count + 1, let moved = lower.removeFirst() { upper.insert(-moved) }
    if upper.count > lower.count, let moved = upper.removeFirst() { lower.insert(-moved) }
  }
}
