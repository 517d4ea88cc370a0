import Glibc
import ResultStore
import Scheduling
import Transfers
import Trials
import WireProtocol

/// The files of an agent without a shared folder that are on their way: results and checkpoints that the coordinator
/// asks for, checkpoints and data sets that this worker fetches.
///
/// No call does more than a little work with the disk. Whatever is to be said or decided comes out as `Outcome`s.
/// Thread rule: used on the agent's thread.
final class WorkerTransfers {
  enum Outcome {
    case send(WorkerMessage)
    /// The checkpoint to begin from lies in its place, or (a reason) it cannot be had.
    case checkpointFetched(TrialLease, failure: String?)
    /// A piece came for a lease whose child waits.
    case progressed(TrialLease)
    /// The checkpoint under way was taken or not.
    case checkpointSettled(TrialLease, failure: String?)
    case dataFileFetched(failure: String?)
  }

  private enum Purpose {
    case checkpoint(TrialLease, StoredCheckpoint)
    case data(dataset: String, file: DatasetFileClaim, target: String)

    var claim: FileClaim {
      switch self {
      case .checkpoint(_, let checkpoint): checkpoint.file
      case .data(_, let file, _): file.file
      }
    }

    var wanted: WantedFile {
      switch self {
      case .checkpoint(_, let checkpoint): .checkpoint(checkpoint.trial, sha256: checkpoint.file.sha256)
      case .data(let dataset, let file, _): .dataset(dataset, file: file.name, sha256: file.file.sha256)
      }
    }
  }

  private struct Incoming {
    let purpose: Purpose
    var transfer: IncomingTransfer
    let file: PartialFile
    var digestion: FileDigestion?
  }

  private struct Outgoing {
    let lease: TrialLease
    let path: String
    /// Nil for a result, which `attemptEnded` offers.
    var offer: WorkerMessage?
    var transfer: OutgoingTransfer
  }

  /// A checkpoint whose digest is being found out.
  private struct Preparation {
    let lease: TrialLease
    let place: CheckpointShipping.Place
    let digestion: FileDigestion
  }

  private let paths: RunPaths
  var limits = IncomingTransfer.Limits()
  /// By SHA-256.
  private var incoming: [String: Incoming] = [:]
  private var outgoing: [String: Outgoing] = [:]
  private var preparations: [Preparation] = []

  /// Bytes hashed in one turn of the agent's loop: some milliseconds.
  private static let digestionBytes = 8 << 20

  init(paths: RunPaths) { self.paths = paths }

  var isBusy: Bool { !preparations.isEmpty || incoming.values.contains { $0.digestion != nil } }

  var nextDeadline: Duration? {
    (incoming.values.compactMap(\.transfer.nextDeadline)
      + outgoing.values.compactMap { $0.offer == nil ? nil : $0.transfer.nextOffer }).min()
  }

  // MARK: Given

  /// The result of this lease may be asked for until its end is acknowledged.
  func offerResult(_ lease: TrialLease, _ claim: ResultClaim, at now: Duration) {
    outgoing[claim.sha256] = Outgoing(
      lease: lease, path: paths.incomingTrialFile(trial: lease.trial, token: lease.token), offer: nil,
      transfer: OutgoingTransfer(byteCount: claim.byteCount, at: now))
  }

  /// Offers the checkpoint that lies there now, as it is now.
  func offerCheckpoint(_ lease: TrialLease, _ place: CheckpointShipping.Place) -> [Outcome] {
    let copy = paths.outgoingCheckpoint(lease.trial, token: lease.token)
    do {
      try DurableFile.link(paths.checkpointFile(lease.trial), as: copy)
      preparations.append(Preparation(lease: lease, place: place, digestion: try FileDigestion(copy)))
      return []
    } catch {
      return [.checkpointSettled(lease, failure: "\(error)")]
    }
  }

  func wanted(_ sha256: String, _ range: PieceRange, at now: Duration) throws -> [Outcome] {
    guard var entry = outgoing[sha256] else { return [] }
    let actions = entry.transfer.wanted(offset: range.offset, count: range.count, at: now)
    outgoing[sha256] = entry
    return try actions.flatMap { try perform($0, sha256) }
  }

  private func perform(_ action: OutgoingTransfer.Action, _ sha256: String) throws -> [Outcome] {
    guard let entry = outgoing[sha256] else { return [] }
    switch action {
    case .offer: return entry.offer.map { [.send($0)] } ?? []
    case .send(let offset, let count):
      let bytes = try DurableFile.piece(of: entry.path, offset: offset, count: count)
      return bytes.isEmpty ? [] : [.send(.piece(FilePiece(sha256: sha256, offset: offset, bytes: bytes)))]
    }
  }

  /// The coordinator's last word on a file, in either direction.
  func ended(_ sha256: String, _ verdict: TransferVerdict) -> [Outcome] {
    let failure: String? =
      switch verdict {
      case .accepted: nil
      case .refused(let reason): reason
      }
    var outcomes: [Outcome] = []
    if let entry = outgoing[sha256], entry.offer != nil {
      outgoing[sha256] = nil
      unlink(entry.path)
      outcomes.append(.checkpointSettled(entry.lease, failure: failure))
    }
    if let entry = incoming[sha256], let failure {
      incoming[sha256] = nil
      entry.file.remove()
      outcomes += failed(entry.purpose, failure)
    }
    return outcomes
  }

  /// Nothing of this lease's checkpoints is to be sent or fetched any more.
  func cancelCheckpoints(of lease: TrialLease) {
    preparations.removeAll { $0.lease == lease }
    for (sha256, entry) in outgoing where entry.lease == lease && entry.offer != nil {
      outgoing[sha256] = nil
      unlink(entry.path)
    }
    for (sha256, entry) in incoming {
      if case .checkpoint(lease, _) = entry.purpose {
        incoming[sha256] = nil
        entry.file.remove()
      }
    }
  }

  /// The coordinator knows the lease's end, or the lease is void.
  func forget(_ lease: TrialLease) {
    cancelCheckpoints(of: lease)
    for (sha256, entry) in outgoing where entry.lease == lease {
      outgoing[sha256] = nil
      unlink(entry.path)
    }
  }

  // MARK: Fetched

  func fetchCheckpoint(_ checkpoint: StoredCheckpoint, for lease: TrialLease, at now: Duration) -> [Outcome] {
    fetch(
      .checkpoint(lease, checkpoint),
      to: paths.partialCheckpoint(lease.trial, sha256: checkpoint.file.sha256), at: now)
  }

  func fetchData(
    _ file: DatasetFileClaim, of dataset: String, to target: String, at now: Duration
  ) -> [Outcome] {
    fetch(
      .data(dataset: dataset, file: file, target: target),
      to: "\(target).\(file.file.sha256.prefix(16)).part",
      at: now)
  }

  private func fetch(_ purpose: Purpose, to path: String, at now: Duration) -> [Outcome] {
    do {
      let file = try PartialFile(path)
      if file.byteCount > purpose.claim.byteCount { try file.empty() }
      incoming[purpose.claim.sha256] = Incoming(
        purpose: purpose,
        transfer: IncomingTransfer(
          byteCount: purpose.claim.byteCount, existing: file.byteCount, limits: limits, at: now), file: file)
      return resume(purpose.claim.sha256, at: now)
    } catch {
      return failed(purpose, "\(error)")
    }
  }

  func arrived(_ piece: FilePiece, at now: Duration) -> [Outcome] {
    guard let actions = incoming[piece.sha256]?.transfer.arrived(piece.bytes, at: piece.offset, now) else {
      return []
    }
    var outcomes = perform(actions, piece.sha256, at: now)
    if case .checkpoint(let lease, _) = incoming[piece.sha256]?.purpose {
      outcomes.append(.progressed(lease))
    }
    return outcomes
  }

  private func resume(_ sha256: String, at now: Duration) -> [Outcome] {
    guard let actions = incoming[sha256]?.transfer.begin(at: now) else { return [] }
    return perform(actions, sha256, at: now)
  }

  private func perform(_ actions: [IncomingTransfer.Action], _ sha256: String, at now: Duration) -> [Outcome]
  {
    var outcomes: [Outcome] = []
    for action in actions {
      guard let entry = incoming[sha256] else { return outcomes }
      do {
        switch action {
        case .ask(let offset, let count):
          outcomes.append(.send(.pieceWanted(entry.purpose.wanted, PieceRange(offset: offset, count: count))))
        case .append(let bytes): try entry.file.append(bytes)
        case .verify: incoming[sha256]?.digestion = try FileDigestion(entry.file.path)
        case .startOver: try entry.file.empty()
        case .finish:
          incoming[sha256] = nil
          switch entry.purpose {
          case .checkpoint(let lease, _):
            try entry.file.finish(as: paths.checkpointFile(lease.trial))
            outcomes.append(.checkpointFetched(lease, failure: nil))
          case .data(_, _, let target):
            try entry.file.finish(as: target)
            outcomes.append(.dataFileFetched(failure: nil))
          }
        case .giveUp(let reason):
          incoming[sha256] = nil
          entry.file.remove()
          outcomes += failed(entry.purpose, reason)
        }
      } catch {
        incoming[sha256] = nil
        return outcomes + failed(entry.purpose, "\(error)")
      }
    }
    return outcomes
  }

  private func failed(_ purpose: Purpose, _ reason: String) -> [Outcome] {
    switch purpose {
    case .checkpoint(let lease, _): [.checkpointFetched(lease, failure: reason)]
    case .data(let dataset, let file, _):
      [.dataFileFetched(failure: "\(file.name) of data set \(dataset) could not be fetched: \(reason)")]
    }
  }

  // MARK: Time

  /// The connection is made anew, or the coordinator: offers are made again and bytes asked for again.
  func reconnected(at now: Duration) -> [Outcome] {
    var outcomes: [Outcome] = []
    for sha256 in incoming.keys { outcomes += resume(sha256, at: now) }
    for (sha256, entry) in outgoing where entry.offer != nil {
      var entry = entry
      let actions = entry.transfer.begin(at: now)
      outgoing[sha256] = entry
      if !actions.isEmpty, let offer = entry.offer { outcomes.append(.send(offer)) }
    }
    return outcomes
  }

  func timePassed(at now: Duration) -> [Outcome] {
    var outcomes: [Outcome] = []
    for sha256 in incoming.keys {
      guard let actions = incoming[sha256]?.transfer.timePassed(at: now) else { continue }
      outcomes += perform(actions, sha256, at: now)
    }
    for (sha256, entry) in outgoing where entry.offer != nil {
      var entry = entry
      let actions = entry.transfer.timePassed(at: now)
      outgoing[sha256] = entry
      if !actions.isEmpty, let offer = entry.offer { outcomes.append(.send(offer)) }
    }
    return outcomes
  }

  /// Does a little of the work that waits for nobody.
  func proceed(at now: Duration) -> [Outcome] {
    var outcomes: [Outcome] = []
    if let preparation = preparations.first {
      do {
        if let found = try preparation.digestion.proceed(atMost: Self.digestionBytes) {
          preparations.removeFirst()
          outcomes += offer(preparation, found, at: now)
        }
      } catch {
        preparations.removeFirst()
        outcomes.append(.checkpointSettled(preparation.lease, failure: "\(error)"))
      }
    }
    guard let (sha256, entry) = incoming.first(where: { $0.value.digestion != nil }) else { return outcomes }
    do {
      guard let found = try entry.digestion?.proceed(atMost: Self.digestionBytes) else { return outcomes }
      incoming[sha256]?.digestion = nil
      let claim = entry.purpose.claim
      let isRight = found.sha256 == claim.sha256 && found.byteCount == claim.byteCount
      guard let actions = incoming[sha256]?.transfer.verified(isRight, at: now) else { return outcomes }
      return outcomes + perform(actions, sha256, at: now)
    } catch {
      incoming[sha256] = nil
      return outcomes + failed(entry.purpose, "\(error)")
    }
  }

  private func offer(
    _ preparation: Preparation, _ found: FileFingerprint, at now: Duration
  ) -> [Outcome] {
    let lease = preparation.lease
    let checkpoint = StoredCheckpoint(
      trial: lease.trial, epoch: preparation.place.epoch, step: preparation.place.step,
      file: FileClaim(byteCount: found.byteCount, sha256: found.sha256))
    let message = WorkerMessage.checkpointOffered(HeldLease(lease), checkpoint)
    var transfer = OutgoingTransfer(byteCount: found.byteCount, at: now)
    _ = transfer.begin(at: now)
    outgoing[found.sha256] = Outgoing(
      lease: lease, path: preparation.digestion.path, offer: message, transfer: transfer)
    return [.send(message)]
  }
}
