import ResultStore
import Trials

/// Two results folders of one sweep, number by number: metrics, final numbers and tensors of every trial. Times, hosts
/// and attempts may differ.
public struct ResultComparison: Hashable, Sendable {
  /// Trials that have a result in both folders.
  public var compared = 0
  /// Trials without a result, or with one that does not verify, in the first folder.
  public var missing: [TrialID] = []
  /// The same of the second folder.
  public var missingInReference: [TrialID] = []
  /// Trials whose numbers are not equal bit for bit.
  public var differing: [TrialID] = []
  public var differingBytes = 0

  public var isEqual: Bool { missing.isEmpty && missingInReference.isEmpty && differing.isEmpty }

  /// Reads and verifies every file of the trials.
  public init(of trials: [TrialID], in folder: RunPaths, with reference: RunPaths) {
    for trial in trials {
      let (found, expected) = (Self.read(trial, folder), Self.read(trial, reference))
      if found == nil { missing.append(trial) }
      if expected == nil { missingInReference.append(trial) }
      guard let found, let expected else { continue }
      compared += 1
      let bytes = Self.differingBytes(Self.numbers(of: found), Self.numbers(of: expected))
      if bytes > 0 {
        differing.append(trial)
        differingBytes += bytes
      }
    }
  }

  /// What the folder holds of a trial, whole and with the right checksums.
  private static func read(_ trial: TrialID, _ paths: RunPaths) -> TrialRecord? {
    guard let record = try? TrialFile.read(paths.trialFile(trial)), record.trial.id == trial,
      record.state == .completed
    else { return nil }
    return record
  }

  /// Every number by its name, as bytes.
  private static func numbers(of record: TrialRecord) -> [String: [UInt8]] {
    var numbers: [String: [UInt8]] = [:]
    func add(_ name: String, _ values: [some BitwiseCopyable]) {
      numbers[name] = values.withUnsafeBytes { Array($0) }
    }
    add("metrics/epoch", record.metrics.epochs)
    for (name, column) in zip(record.metrics.names, record.metrics.columns) { add("metrics/" + name, column) }
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
