import Trials

/// Trials that wait for a worker: higher priorities first, among equals those that were tried before, then the order
/// of the plan.
///
/// A trial that waits no longer, or at another place, is only skipped when its turn comes, so that nothing is ever
/// searched for.
struct WaitingTrials: Sendable {
  /// Where a trial waits. Whoever is served first is the least.
  struct Place: Hashable, Comparable, Sendable {
    var priority: Int
    /// Never tried yet.
    var isFresh: Bool
    /// Of fresh trials their place in the plan; of others a count that grows.
    var order: Int
    /// The trial.
    var index: Int
    /// The CPU type it is bound to; nil: any.
    var cpu: String?

    static func < (a: Place, b: Place) -> Bool {
      if a.priority != b.priority { return a.priority > b.priority }
      if a.isFresh != b.isFresh { return !a.isFresh }
      return a.order < b.order
    }
  }

  private var heaps: [String?: BinaryHeap<Place>] = [:]
  private var nextOrder = 0

  /// Puts a trial in.
  ///
  /// - Returns: its place, by which the caller knows whether it is still meant.
  mutating func insert(_ index: Int, priority: Int, isFresh: Bool, cpu: String?) -> Place {
    nextOrder += 1
    let place = Place(
      priority: priority, isFresh: isFresh, order: isFresh ? index : nextOrder, index: index, cpu: cpu)
    heaps[cpu, default: BinaryHeap()].insert(place)
    return place
  }

  /// The place whose trial is to be served next to a worker of a CPU type; it stays.
  ///
  /// - Parameter isCurrent: whether the trial still waits at this place.
  mutating func first(for cpu: String?, where isCurrent: (Place) -> Bool) -> Place? {
    guard let bound = first(in: cpu, where: isCurrent), cpu != nil else {
      return first(in: nil, where: isCurrent)
    }
    guard let free = first(in: nil, where: isCurrent) else { return bound }
    return min(bound, free)
  }

  /// Removes what `first` returned.
  mutating func remove(_ place: Place) { heaps[place.cpu]?.removeFirst() }

  private mutating func first(in cpu: String?, where isCurrent: (Place) -> Bool) -> Place? {
    while let place = heaps[cpu]?.first {
      if isCurrent(place) { return place }
      heaps[cpu]?.removeFirst()
    }
    return nil
  }
}

/// Workers that want a trial, longest waiting first, in one line per CPU type where that matters.
struct WaitingWorkers: Sendable {
  private var lines: [String?: FirstInFirstOut<(number: Int, worker: WorkerID)>] = [:]
  private var nextNumber = 0

  /// CPU types that somebody waits with, in a fixed order.
  var cpus: [String?] { lines.count == 1 ? Array(lines.keys) : lines.keys.sorted { ($0 ?? "") < ($1 ?? "") } }

  /// - Returns: the worker's number in the line.
  mutating func append(_ worker: WorkerID, cpu: String?) -> Int {
    nextNumber += 1
    lines[cpu, default: FirstInFirstOut()].append((nextNumber, worker))
    return nextNumber
  }

  func first(of cpu: String?) -> (number: Int, worker: WorkerID)? { lines[cpu]?.first }

  mutating func removeFirst(of cpu: String?) { lines[cpu]?.removeFirst() }
}
