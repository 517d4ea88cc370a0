import Trials

/// The numbers that trials have in a ledger's tables, in the order in which it first heard of them.
struct TrialNumbers {
  private var numbers: [TrialID: Int64] = [:]
  /// Given since `keep`, in order.
  private var fresh: [TrialID] = []

  var count: Int { numbers.count }

  init() {}

  init(_ names: TrialNames) {
    numbers.reserveCapacity(names.count)
    names.forEach { numbers[$1] = $0 }
  }

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

/// Which trial a number means, while a ledger is read: every row names its trial so.
struct TrialNames {
  /// Of 1, 2, 3, …
  private var inOrder: [TrialID] = []
  /// Numbers behind a gap, which only a damaged ledger has.
  private var others: [Int64: TrialID] = [:]

  var count: Int { inOrder.count + others.count }

  /// Takes one row of `names`, in their order.
  mutating func take(_ number: Int64, _ trial: TrialID) {
    if number == inOrder.count + 1 { inOrder.append(trial) } else { others[number] = trial }
  }

  subscript(number: Int64) -> TrialID? {
    // As a place in the array, 0 and what is negative become too large.
    let place = UInt64(bitPattern: number &- 1)
    return place < inOrder.count ? inOrder[Int(place)] : others[number]
  }

  func forEach(_ body: (Int64, TrialID) -> Void) {
    for (place, trial) in inOrder.enumerated() { body(Int64(place) + 1, trial) }
    for (number, trial) in others { body(number, trial) }
  }
}
