import ResultStore
import Trials

/// Two results folders trial by trial.
public struct SweepComparison: Sendable {
  /// A trial of both folders.
  public struct Pair: Hashable, Sendable {
    public let first: TrialIdentity
    public let second: TrialIdentity
    public let label: String
    /// Metrics and final numbers, else tensors, that differ; empty where all numbers are the same bits.
    public let differences: [NumberDifference]

    public var isEqual: Bool { differences.isEmpty }
    /// Why one configuration has two ids; empty where it has one.
    public var reasons: [String] {
      var reasons: [String] = []
      if first.engineResultVersion != second.engineResultVersion {
        reasons.append("engine's rules \(first.engineResultVersion) and \(second.engineResultVersion)")
      }
      if first.dataDigest != second.dataDigest { reasons.append("other data") }
      if first.threads != second.threads { reasons.append("\(first.threads) and \(second.threads) threads") }
      return reasons
    }
  }

  /// A trial of one folder.
  public struct Single: Hashable, Sendable {
    public let trial: TrialIdentity
    public let label: String
  }

  public let folders: [RunPaths]
  public let pairs: [Pair]
  public let onlyInFirst: [Single]
  public let onlyInSecond: [Single]
  public let unreadable: [SweepResults.LeftOutFile]

  /// True where both folders hold the same trials with the same numbers, bit for bit.
  public var areEqual: Bool {
    pairs.allSatisfy(\.isEqual) && onlyInFirst.isEmpty && onlyInSecond.isEmpty && unreadable.isEmpty
  }

  /// Reads both folders. Every file's numbers are held against its digest first, so that trials with equal digests have
  /// equal numbers.
  ///
  /// - Throws: `ResultStoreError` when a folder has no results.
  public init(_ first: RunPaths, _ second: RunPaths) throws(ResultStoreError) {
    folders = [first, second]
    var unreadable: [SweepResults.LeftOutFile] = []
    var identities: [[TrialIdentity]] = []
    for paths in [first, second] {
      _ = try paths.kind()
      let (found, faults) = try Self.identities(paths)
      identities.append(found)
      unreadable += faults
    }
    let matches = Self.match(identities[0], identities[1])
    let varying = VaryingHyperparameters(among: identities.joined().map(\.configuration))
    func single(_ trial: TrialIdentity) -> Single {
      Single(trial: trial, label: varying.label(of: trial.configuration))
    }
    var pairs: [Pair] = []
    for (a, b) in matches.pairs {
      do {
        pairs.append(
          Pair(
            first: a, second: b, label: varying.label(of: a.configuration),
            differences: try Self.differences(
              first.trialFile(named: a.id), second.trialFile(named: b.id), a, b)))
      } catch {
        unreadable.append(SweepResults.LeftOutFile(path: error.path, reason: error.message))
      }
    }
    self.pairs = pairs
    onlyInFirst = matches.onlyA.map(single)
    onlyInSecond = matches.onlyB.map(single)
    self.unreadable = unreadable
  }

  private static func identities(
    _ paths: RunPaths
  ) throws(ResultStoreError) -> ([TrialIdentity], [SweepResults.LeftOutFile]) {
    var identities: [TrialIdentity] = []
    var unreadable: [SweepResults.LeftOutFile] = []
    for id in try paths.publishedTrials() {
      do {
        identities.append(try TrialFile.readIdentity(paths.trialFile(id)))
      } catch {
        unreadable.append(SweepResults.LeftOutFile(path: error.path, reason: error.message))
      }
    }
    return (identities, unreadable)
  }

  /// By id first, then by configuration among those that are left.
  private static func match(
    _ a: [TrialIdentity], _ b: [TrialIdentity]
  ) -> (pairs: [(TrialIdentity, TrialIdentity)], onlyA: [TrialIdentity], onlyB: [TrialIdentity]) {
    var left = Dictionary(b.map { ($0.id, $0) }) { $1 }
    var pairs: [(TrialIdentity, TrialIdentity)] = []
    var rest: [TrialIdentity] = []
    for trial in a {
      if let other = left.removeValue(forKey: trial.id) {
        pairs.append((trial, other))
      } else {
        rest.append(trial)
      }
    }
    var byConfiguration = Dictionary(grouping: left.values.sorted { $0.id < $1.id }) {
      $0.configuration.identityJSON
    }
    var only: [TrialIdentity] = []
    for trial in rest {
      let key = trial.configuration.identityJSON
      if let other = byConfiguration[key]?.first {
        byConfiguration[key]?.removeFirst()
        pairs.append((trial, other))
      } else {
        only.append(trial)
      }
    }
    return (pairs, only, byConfiguration.values.joined().sorted { $0.id < $1.id })
  }

  private static func differences(
    _ first: String, _ second: String, _ a: TrialIdentity, _ b: TrialIdentity
  ) throws(ResultStoreError) -> [NumberDifference] {
    if a.resultDigest == b.resultDigest { return [] }
    let numbers = NumberDifference.between(
      try TrialFile.readNumbers(first), try TrialFile.readNumbers(second))
    if !numbers.isEmpty { return numbers }
    let tensors = NumberDifference.between(
      try TrialFile.readTensors(first), try TrialFile.readTensors(second))
    // Digests cover shapes and the bits of NaN too, which have no distance.
    return tensors.isEmpty
      ? [NumberDifference(name: "result_digest", largest: .nan, epoch: nil, values: [])] : tensors
  }
}

extension RunPaths {
  /// Of an id as a file tells it.
  fileprivate func trialFile(named id: String) -> String { "\(trialsFolder)/\(id).h5" }
}
