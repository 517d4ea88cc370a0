import ResultStore
import Trials

/// Two results folders of one sweep, number by number: metrics, final numbers and tensors of every trial. Times, hosts
/// and attempts may differ, and where a sweep stops trials early, which ones it stops and when.
public struct ResultComparison: Hashable, Sendable {
  /// Trials that came to the same end in both folders, with numbers that were held against each other, or a failure.
  public var compared = 0
  /// Those of them that early stopping ended in one of the folders: only their common epochs were compared.
  public var comparedInPart = 0
  /// Trials without a result, or with one that does not verify, in the first folder, and without another end that the
  /// reference explains.
  public var missing: [TrialID] = []
  /// Trials for which the reference has nothing to compare with.
  public var missingInReference: [TrialID] = []
  /// Trials whose numbers are not equal bit for bit.
  public var differing: [TrialID] = []
  public var differingBytes = 0

  /// Reads and verifies every file of the trials.
  public init(of trials: [TrialID], in folder: ComparedFolder, with reference: ComparedFolder) {
    for trial in trials { compare(trial, folder.outcome(of: trial), reference.outcome(of: trial)) }
  }

  private mutating func compare(
    _ trial: TrialID, _ found: ComparedFolder.Outcome, _ expected: ComparedFolder.Outcome
  ) {
    switch (found, expected) {
    case (.result(let found), .result(let expected)): compare(found, expected)
    case (.failed(let cause), .failed(let other)) where cause == other: compared += 1
    // One that diverges may be stopped before it does.
    case (_, _) where found.isPruned && expected.isFailedByItself: break
    case (_, _) where found.isFailedByItself && expected.isPruned: break
    default:
      switch found {
      case .nothing, .failed: missing.append(trial)
      case .result, .prunedWithoutNumbers, .cancelled: break
      }
      switch (expected, found) {
      // What failed otherwise is lost; the reference has its own end.
      case (.nothing, _), (.cancelled, .result), (.failed, .result): missingInReference.append(trial)
      default: break
      }
    }
  }

  private mutating func compare(_ found: TrialRecord, _ expected: TrialRecord) {
    compared += 1
    let bytes: Int
    if found.state == .pruned || expected.state == .pruned {
      comparedInPart += 1
      // The numbers and tensors at the end are of other epochs.
      let last = min(found.metrics.epochs.last ?? -1, expected.metrics.epochs.last ?? -1)
      func begun(_ record: TrialRecord) -> [String: [UInt8]] {
        Self.numbers(of: record.metrics.through(epoch: Int(last)))
      }
      bytes = Self.differingBytes(begun(found), begun(expected))
    } else {
      bytes = Self.differingBytes(Self.numbers(of: found), Self.numbers(of: expected))
    }
    if bytes > 0 {
      differing.append(found.trial.id)
      differingBytes += bytes
    }
  }

  private static func numbers(of metrics: EpochTable) -> [String: [UInt8]] {
    var numbers = ["metrics/epoch": metrics.epochs.withUnsafeBytes { Array($0) }]
    for (name, column) in zip(metrics.names, metrics.columns) {
      numbers["metrics/" + name] = column.withUnsafeBytes { Array($0) }
    }
    return numbers
  }

  /// Every number by its name, as bytes.
  private static func numbers(of record: TrialRecord) -> [String: [UInt8]] {
    var numbers = numbers(of: record.metrics)
    func add(_ name: String, _ values: [some BitwiseCopyable]) {
      numbers[name] = values.withUnsafeBytes { Array($0) }
    }
    for final in record.finals { add("final/" + final.name, [final.value]) }
    for tensor in record.tensors { add("tensors/\(tensor.name) \(tensor.shape)", tensor.values) }
    return numbers
  }

  private static func differingBytes(_ left: [String: [UInt8]], _ right: [String: [UInt8]]) -> Int {
    Set(left.keys).union(right.keys).reduce(0) { sum, name in
      let (a, b) = (left[name] ?? [], right[name] ?? [])
      return sum + abs(a.count - b.count) + zip(a, b).count { $0 != $1 }
    }
  }
}
