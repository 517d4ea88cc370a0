import Glibc
import ResultStore
import Scheduling
import Transfers
import Trials
import WireProtocol

/// The files of a coordinator that are on their way: results and checkpoints that arrive, checkpoints and data sets that
/// workers fetch.
///
/// No call does more than a little work with the disk. Whatever is to be said or decided comes out as `Outcome`s.
/// Thread rule: used on the coordinator's thread.
final class CoordinatorTransfers {
  enum Outcome {
    case send(CoordinatorMessage, to: WorkerID)
    /// The result lies whole under its temporary name.
    case resultArrived(TrialLease, ResultClaim)
    case resultFailed(TrialLease, reason: String)
    case log(String, trial: TrialID?)
  }

  /// What an arriving file is to become.
  enum Purpose: Hashable {
    case result(TrialLease, ResultClaim)
    case checkpoint(TrialLease, StoredCheckpoint)

    var lease: TrialLease {
      switch self {
      case .result(let lease, _), .checkpoint(let lease, _): lease
      }
    }
  }

  private struct Incoming {
    let purpose: Purpose
    let worker: WorkerID
    var transfer: IncomingTransfer
    let file: PartialFile
    var digestion: FileDigestion?
  }

  private let paths: RunPaths
  private let limits: IncomingTransfer.Limits
  private let datasets: CoordinatorDatasets
  private let checkpoints: CheckpointShelf
  /// By SHA-256.
  private var incoming: [String: Incoming] = [:]
  /// Pieces that nobody had asked for any more.
  private(set) var droppedPieces = 0
  /// Whether any file was ever taken.
  private(set) var hasWorked = false

  /// Bytes hashed in one turn of the coordinator's loop: some milliseconds.
  private static let digestionBytes = 8 << 20

  init(paths: RunPaths, limits: IncomingTransfer.Limits, datasets: CoordinatorDatasets) {
    self.paths = paths
    self.limits = limits
    self.datasets = datasets
    checkpoints = CheckpointShelf(paths: paths)
  }

  /// Whether there is work that waits for nobody.
  var isBusy: Bool { datasets.isBusy || incoming.values.contains { $0.digestion != nil } }

  /// The checkpoint to name in a grant.
  func checkpoint(of trial: TrialID) -> StoredCheckpoint? { checkpoints.claim(trial) }

  // MARK: Arriving

  /// A result was claimed by a worker that writes elsewhere.
  func begin(_ purpose: Purpose, from worker: WorkerID, at now: Duration) -> [Outcome] {
    let claim = claim(of: purpose)
    if case .result(let lease, let result) = purpose {
      // It had arrived when the coordinator before this one died.
      let whole = paths.incomingTrialFile(trial: lease.trial, token: lease.token)
      if access(whole, F_OK) == 0 { return [.resultArrived(lease, result)] }
    }
    // The same word again.
    if let known = incoming[claim.sha256], known.purpose == purpose, known.worker == worker { return [] }
    do {
      let file = try PartialFile(path(of: purpose))
      if file.byteCount > claim.byteCount { try file.empty() }
      let transfer = IncomingTransfer(
        byteCount: claim.byteCount, existing: file.byteCount, limits: limits, at: now)
      if case .checkpoint = purpose { dropCheckpoints(of: purpose.lease.trial) }
      hasWorked = true
      incoming[claim.sha256] = Incoming(purpose: purpose, worker: worker, transfer: transfer, file: file)
      return resume(claim.sha256, at: now)
    } catch {
      return failed(purpose, worker, "\(error)")
    }
  }

  func arrived(_ piece: FilePiece, from worker: WorkerID, at now: Duration) -> [Outcome] {
    guard var entry = incoming[piece.sha256], entry.worker == worker else {
      droppedPieces += 1
      return []
    }
    let dropped = entry.transfer.droppedCount
    let actions = entry.transfer.arrived(piece.bytes, at: piece.offset, now)
    droppedPieces += entry.transfer.droppedCount - dropped
    incoming[piece.sha256] = entry
    return perform(actions, piece.sha256, at: now)
  }

  /// A worker is connected anew: what it was asked over the old connection will not come.
  func reconnected(_ worker: WorkerID, at now: Duration) -> [Outcome] {
    incoming.filter { $0.value.worker == worker }.keys.flatMap { resume($0, at: now) }
  }

  /// - Parameter isWanted: whether the purpose still holds: leases end in other ways, too.
  func timePassed(at now: Duration, isWanted: (Purpose, WorkerID) -> Bool) -> [Outcome] {
    var outcomes: [Outcome] = []
    for (sha256, entry) in incoming {
      guard isWanted(entry.purpose, entry.worker) else {
        // The worker may come back with the same file; only a newer attempt makes it useless.
        if case .result = entry.purpose { entry.file.remove() }
        incoming[sha256] = nil
        continue
      }
      guard var entry = incoming[sha256] else { continue }
      let actions = entry.transfer.timePassed(at: now)
      incoming[sha256] = entry
      outcomes += perform(actions, sha256, at: now)
    }
    return outcomes
  }

  /// Does a little of the work that waits for nobody.
  func proceed(at now: Duration) -> [Outcome] {
    var outcomes = datasets.proceed(atMost: Self.digestionBytes)
    guard let (sha256, entry) = incoming.first(where: { $0.value.digestion != nil }) else { return outcomes }
    do {
      guard let found = try entry.digestion?.proceed(atMost: Self.digestionBytes) else { return outcomes }
      incoming[sha256]?.digestion = nil
      let claim = claim(of: entry.purpose)
      let isRight = found.sha256 == claim.sha256 && found.byteCount == claim.byteCount
      if !isRight {
        outcomes.append(
          .log(
            "a file from worker \(entry.worker) has SHA-256 \(found.sha256) and not the announced \(sha256)",
            trial: entry.purpose.lease.trial))
      }
      guard let actions = incoming[sha256]?.transfer.verified(isRight, at: now) else { return outcomes }
      return outcomes + perform(actions, sha256, at: now)
    } catch {
      incoming[sha256] = nil
      return outcomes + failed(entry.purpose, entry.worker, "\(error)")
    }
  }

  private func resume(_ sha256: String, at now: Duration) -> [Outcome] {
    guard let actions = incoming[sha256]?.transfer.begin(at: now) else { return [] }
    return perform(actions, sha256, at: now)
  }

  private func perform(
    _ actions: [IncomingTransfer.Action], _ sha256: String, at now: Duration
  ) -> [Outcome] {
    var outcomes: [Outcome] = []
    for action in actions {
      guard let entry = incoming[sha256] else { return outcomes }
      do {
        switch action {
        case .ask(let offset, let count):
          outcomes.append(
            .send(
              .pieceWanted(sha256: sha256, PieceRange(offset: offset, count: count)), to: entry.worker))
        case .append(let bytes): try entry.file.append(bytes)
        case .verify: incoming[sha256]?.digestion = try FileDigestion(entry.file.path)
        case .startOver: try entry.file.empty()
        case .finish:
          incoming[sha256] = nil
          outcomes += try finish(entry)
        case .giveUp(let reason):
          incoming[sha256] = nil
          entry.file.remove()
          outcomes += failed(
            entry.purpose, entry.worker, "the file could not be fetched from its worker: \(reason)")
        }
      } catch {
        incoming[sha256] = nil
        return outcomes + failed(entry.purpose, entry.worker, "\(error)")
      }
    }
    return outcomes
  }

  private func finish(_ entry: Incoming) throws(ResultStoreError) -> [Outcome] {
    switch entry.purpose {
    case .result(let lease, let claim):
      try entry.file.finish(as: paths.incomingTrialFile(trial: lease.trial, token: lease.token))
      return [.resultArrived(lease, claim)]
    case .checkpoint(let lease, let checkpoint):
      try entry.file.finish(as: paths.checkpointFile(lease.trial))
      checkpoints.keep(checkpoint)
      return [.send(.transferEnded(sha256: checkpoint.file.sha256, .accepted), to: entry.worker)]
    }
  }

  private func failed(_ purpose: Purpose, _ worker: WorkerID, _ reason: String) -> [Outcome] {
    switch purpose {
    case .result(let lease, _): return [.resultFailed(lease, reason: reason)]
    case .checkpoint(let lease, let checkpoint):
      return [
        .log("its checkpoint could not be taken: \(reason)", trial: lease.trial),
        .send(.transferEnded(sha256: checkpoint.file.sha256, .refused(reason: reason)), to: worker),
      ]
    }
  }

  /// An older checkpoint on its way is worth nothing beside a newer one.
  private func dropCheckpoints(of trial: TrialID) {
    for (sha256, entry) in incoming {
      guard case .checkpoint(let lease, _) = entry.purpose, lease.trial == trial else { continue }
      entry.file.remove()
      incoming[sha256] = nil
    }
  }

  private func claim(of purpose: Purpose) -> FileClaim {
    switch purpose {
    case .result(_, let claim): FileClaim(byteCount: claim.byteCount, sha256: claim.sha256)
    case .checkpoint(_, let checkpoint): checkpoint.file
    }
  }

  private func path(of purpose: Purpose) -> String {
    switch purpose {
    case .result(let lease, let claim):
      paths.partialResult(trial: lease.trial, token: lease.token, sha256: claim.sha256)
    case .checkpoint(let lease, let checkpoint):
      paths.partialCheckpoint(lease.trial, sha256: checkpoint.file.sha256)
    }
  }

  // MARK: Given

  /// Answers a worker that wants bytes.
  func wanted(_ file: WantedFile, _ range: PieceRange, by worker: WorkerID) -> [Outcome] {
    let path: String?
    switch file {
    case .checkpoint(let trial, let sha256): path = checkpoints.path(of: trial, sha256: sha256)
    case .dataset(let name, let file, let sha256): path = datasets.path(of: file, in: name, sha256: sha256)
    }
    guard let path else {
      return [
        .send(
          .transferEnded(
            sha256: file.sha256, .refused(reason: "the coordinator does not have this file (any more)")),
          to: worker)
      ]
    }
    do {
      let bytes = try DurableFile.piece(of: path, offset: range.offset, count: range.count)
      guard !bytes.isEmpty else { return [] }
      return [
        .send(.piece(FilePiece(sha256: file.sha256, offset: range.offset, bytes: bytes)), to: worker)
      ]
    } catch {
      return [.send(.transferEnded(sha256: file.sha256, .refused(reason: "\(error)")), to: worker)]
    }
  }

  func datasetWanted(_ dataset: HeldDataset, by worker: WorkerID) -> [Outcome] {
    datasets.wanted(dataset, by: worker)
  }
}
