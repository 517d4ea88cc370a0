import Trials

/// The numbers that trials have in a ledger's tables, in the order in which it first heard of them.
struct TrialNumbers {
  private var numbers: [TrialID: Int64] = [:]
  /// Given since `keep`, in order.
  private var fresh: [TrialID] = []

  var count: Int { numbers.count }

  /// Reads one row of `names`.
  mutating func take(_ number: Int64, for trial: TrialID) { numbers[trial] = number }

  /// - Returns: the trial's number, and whether it is new: then it has to be written.
  mutating func number(of trial: TrialID) -> (number: Int64, isNew: Bool) {
    if let number = numbers[trial] { return (number, false) }
    // Numbers are never taken back one by one, so that the count is the highest.
    let number = Int64(numbers.count) + 1
    numbers[trial] = number
    fresh.append(trial)
    return (number, true)
  }

  /// The transaction that wrote the fresh numbers is on disk.
  mutating func keep() { fresh.removeAll(keepingCapacity: true) }

  /// The transaction failed: nothing of it was written.
  mutating func takeBack() {
    for trial in fresh { numbers[trial] = nil }
    fresh.removeAll(keepingCapacity: true)
  }
}
