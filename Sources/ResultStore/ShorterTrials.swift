import Trials

/// Completed trials of a results folder by everything but their `epochs`: a trial with more epochs begins where such a
/// trial ended, if that kept its final checkpoint (`checkpoint: {keep_final: true}`).
public struct ShorterTrials: Sendable {
  /// What a folder has for a longer trial.
  public enum Standing: Hashable, Sendable {
    /// No completed trial differs in `epochs` alone.
    case none
    /// The longest one with a checkpoint.
    case continues(from: TrialID)
    case keptNoCheckpoint
  }

  private struct Key: Hashable {
    let rest: String
    let dataDigest: String
    let threads: Int

    init(_ trial: Trial) {
      rest = trial.configuration.identityJSON(without: ["epochs"])
      dataDigest = trial.dataDigest
      threads = trial.threads
    }
  }
  private struct Candidate {
    let trial: Trial
    let hasCheckpoint: Bool
  }

  private var candidates: [Key: [Candidate]] = [:]

  public init() {}

  /// Looks through a folder.
  ///
  /// - Parameters:
  ///   - wanted: trials to be continued; nothing is looked for where all of them have results.
  ///   - known: trials that the folder may hold, so that their files need not be read.
  ///   - withCheckpointAlone: leaves out those that kept none.
  /// - Throws: `ResultStoreError` where the folder cannot be listed. Files that cannot be read are passed over.
  public init(
    in paths: RunPaths, for wanted: [Trial], known: [Trial], withCheckpointAlone: Bool = false
  ) throws(ResultStoreError) {
    let kept = Set(try paths.keptCheckpoints())
    guard !kept.isEmpty || !withCheckpointAlone else { return }
    let published = Set(try paths.publishedTrials())
    let candidates = published.filter { !withCheckpointAlone || kept.contains($0) }
    let missing = wanted.filter { !published.contains($0.id) }
    guard !candidates.isEmpty, let mostEpochs = missing.map(\.configuration.epochs).max() else { return }
    let knownTrials = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
    let shorter = candidates.sorted().compactMap { id in
      let trial = knownTrials[id] ?? (try? TrialFile.readTrial(paths.trialFile(id)))
      return trial?.id == id ? trial : nil
    }.filter { $0.configuration.epochs < mostEpochs }
    // A key is a long text; where all trials have the same epochs, as in most sweeps, none is needed.
    guard !shorter.isEmpty else { return }
    let keys = Set(missing.map(Key.init))
    for trial in shorter {
      let key = Key(trial)
      guard keys.contains(key) else { continue }
      self.candidates[key, default: []].append(
        Candidate(trial: trial, hasCheckpoint: kept.contains(trial.id)))
    }
  }

  public func standing(of trial: Trial) -> Standing {
    let shorter = shorter(than: trial)
    guard !shorter.isEmpty else { return .none }
    return longest(shorter).map { .continues(from: $0.id) } ?? .keptNoCheckpoint
  }

  /// Puts a checkpoint in place from which `trial` goes on with the numbers that it would have had from its start. Does
  /// nothing where it has a checkpoint of its own, or nothing to go on from.
  ///
  /// - Returns: the trial that it continues, if a checkpoint was made.
  /// - Throws: `ResultStoreError`.
  public func prepareCheckpoint(of trial: Trial, in paths: RunPaths) throws(ResultStoreError) -> TrialID? {
    guard !candidates.isEmpty, let shorter = longest(shorter(than: trial)) else { return nil }
    guard try !paths.keptCheckpoints().contains(trial.id) else { return nil }
    let snapshot = try CheckpointFile.read(paths.checkpointFile(shorter.id), expecting: shorter.id)
    guard let beginning = snapshot.continued(as: trial, after: shorter) else { return nil }
    try CheckpointFile.write(beginning, to: paths.checkpointFile(trial.id))
    return shorter.id
  }

  private func shorter(than trial: Trial) -> [Candidate] {
    guard !candidates.isEmpty else { return [] }
    return (candidates[Key(trial)] ?? []).filter {
      $0.trial.configuration.epochs < trial.configuration.epochs
    }
  }

  private func longest(_ candidates: [Candidate]) -> Trial? {
    candidates.filter(\.hasCheckpoint).map(\.trial).max { $0.configuration.epochs < $1.configuration.epochs }
  }
}
