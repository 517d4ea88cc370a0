import Trials

@testable import WireProtocol

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Draws messages of every type with every kind of field.
struct MessageGenerator {
  private var generator: SeededGenerator
  private let trials: [Trial]

  init(seed: UInt64) throws {
    generator = SeededGenerator(seed: seed)
    trials = try (1...3).map { seed in
      let configuration = try TrialConfiguration(validating: [
        "dataset_name": .string(seed == 2 ? "fmnist" : "mnist"),
        "model_type": .string(seed == 3 ? "IGR_I_Dis" : "GS_Dis"), "temp": .real(0.1 * Double(seed)),
        "seed": .integer(seed),
      ])
      return Trial(configuration: configuration, dataDigest: "d\(seed)", threads: seed)
    }
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  mutating func workerMessage() -> WorkerMessage {
    switch below(12) {
    case 0:
      return .hello(
        WorkerIntroduction(
          worker: .random(), host: text(), processID: Int32(truncatingIfNeeded: integer()), slots: integer(),
          cpu: text(), blas: text(), engineResultVersion: integer(),
          held: (0..<below(4)).map { _ in lease() }, program: text(),
          architecture: text(), cpuFeatures: text(), sharesResults: below(2) == 0,
          datasets: (0..<below(3)).map { _ in dataset() }))
    case 1: return .requestTrial
    case 2:
      return .heartbeat(
        (0..<below(4)).map { _ in LeaseProgress(lease: lease(), epoch: integer(), step: integer()) })
    case 3: return .attemptStarted(lease())
    case 4:
      var metrics: [String: Double] = [:]
      for _ in 0..<below(6) { metrics[text()] = real() }
      return .epochMeasured(lease(), EpochReport(epoch: integer(), imagesPerSecond: real(), metrics: metrics))
    case 5: return .checkpointWritten(lease(), epoch: integer(), step: integer())
    case 6:
      return .attemptEnded(
        lease(),
        AttemptEnd(
          cause: cause(), message: text(), firstEpoch: integer(), lastEpoch: integer(),
          lastStep: below(2) == 0 ? nil : integer(), peakMemoryMiB: below(2) == 0 ? nil : real(),
          result: below(2) == 0 ? nil : claim(),
          logTail: (0..<below(4)).map { _ in text() }))
    case 7: return .checkpointOffered(lease(), checkpoint())
    case 8:
      return .pieceWanted(
        below(2) == 0
          ? .checkpoint(trials[below(3)].id, sha256: digest())
          : .dataset(text(), file: text(), sha256: digest()), range())
    case 9: return .piece(piece())
    case 10: return .datasetWanted(dataset())
    default: return .goodbye
    }
  }

  mutating func coordinatorMessage() -> CoordinatorMessage {
    switch below(14) {
    case 0:
      return .welcome(
        Welcome(
          sweep: text(), coordinatorEpoch: UInt32(truncatingIfNeeded: integer()), heartbeatSeconds: real(),
          leaseSeconds: real(), patienceSeconds: real(), datasets: (0..<below(3)).map { _ in dataset() },
          pieceBytes: 1 + below(WireFormat.pieceLimit)))
    case 1: return .refused(reason: text())
    case 2: return .introduceYourself
    case 3:
      let trial = trials[below(trials.count)]
      return .grant(
        LeaseGrant(
          lease: HeldLease(trial: trial.id, token: token()), trial: trial, sweep: text(), attempt: integer(),
          earlierAttempts: (0..<below(3)).map { _ in attempt() },
          checkpoints: CheckpointSettings(
            everySeconds: real(), ship: below(2) == 0, keepFinal: below(2) == 0),
          checkpoint: below(2) == 0 ? nil : checkpoint(), memoryLimitMiB: below(2) == 0 ? nil : real(),
          secondsLeft: below(2) == 0 ? nil : real(), fittedPrior: below(2) == 0 ? nil : prior()))
    case 4: return .nothingNow
    case 5: return .sweepOver
    case 6:
      let verdicts: [EndVerdict] = [.accepted, .stale, .rejected(reason: text())]
      return .endAcknowledged(lease(), verdicts[below(3)])
    case 7: return .pieceWanted(sha256: digest(), range())
    case 8: return .piece(piece())
    case 9:
      return .transferEnded(sha256: digest(), below(2) == 0 ? .accepted : .refused(reason: text()))
    case 10:
      return .datasetFiles(
        dataset(), (0..<below(4)).map { _ in DatasetFileClaim(name: text(), file: claim()) })
    case 11: return .endAttempt(lease(), below(2) == 0 ? .paused : .pruned(rung: integer(), reason: text()))
    case 12: return .nodeSetAside(reason: text())
    default: return .abandon(lease())
    }
  }

  private mutating func digest() -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<64).map { _ in digits[below(16)] })
  }

  private mutating func claim() -> FileClaim {
    let sizes = [0, 1, WireFormat.fileLimit, below(1_000_000)]
    return FileClaim(byteCount: sizes[below(4)], sha256: digest())
  }

  private mutating func prior() -> FittedPrior {
    let count = below(4)
    return FittedPrior(mu: (0..<count).map { _ in real() }, xi: (0..<count).map { _ in real() })
  }

  private mutating func checkpoint() -> StoredCheckpoint {
    StoredCheckpoint(
      trial: trials[below(3)].id, epoch: below(2) == 0 ? nil : integer(),
      step: below(2) == 0 ? nil : integer(), file: claim())
  }

  private mutating func dataset() -> HeldDataset { HeldDataset(name: text(), digest: text()) }

  private mutating func range() -> PieceRange {
    PieceRange(offset: below(WireFormat.fileLimit), count: 1 + below(WireFormat.pieceLimit))
  }

  private mutating func piece() -> FilePiece {
    FilePiece(sha256: digest(), offset: below(WireFormat.fileLimit), bytes: bytes(below(200)))
  }

  private mutating func lease() -> HeldLease {
    HeldLease(trial: trials[below(trials.count)].id, token: token())
  }

  private mutating func token() -> FencingToken {
    FencingToken(
      coordinatorEpoch: UInt32(truncatingIfNeeded: integer()), counter: UInt64(bitPattern: Int64(integer())))
  }

  private mutating func integer() -> Int {
    let edges = [0, 1, -1, .max, .min, 255, 256, below(1_000_000)]
    return edges[below(edges.count)]
  }

  private mutating func real() -> Double {
    let edges = [0, -0.0, 1.5, -1e300, .infinity, .nan, .leastNonzeroMagnitude, Double(below(1000)) / 7]
    return edges[below(edges.count)]
  }

  private mutating func text() -> String {
    let pieces = ["", "a", "zwölf", "日本", "👩‍🔬", "\u{0}", "\n", "e\u{301}", "test_elbo", "/etc/passwd", "%n"]
    return (0..<below(4)).map { _ in pieces[below(pieces.count)] }.joined()
  }

  private mutating func cause() -> EndCause {
    let causes: [EndCause] = [
      .completed, .nan, .configuration, .outOfMemory, .timeLimit, .memoryLimit, .preempted, .hung,
      .killedBySignal(Int32(below(64))), .workerLost, .disk, .bug,
    ]
    return causes[below(causes.count)]
  }

  private mutating func attempt() -> AttemptRecord {
    AttemptRecord(
      number: integer(), token: token(), worker: text(), host: text(), cpu: text(), blas: text(),
      threads: integer(), startedUnixSeconds: real(), endedUnixSeconds: below(2) == 0 ? nil : real(),
      cause: below(2) == 0 ? nil : cause(), firstEpoch: integer(), lastEpoch: integer(),
      peakMemoryMiB: below(2) == 0 ? nil : real(), message: text())
  }
}

/// Decodes as both sides would.
///
/// - Returns: the bytes that what was read is written as, or nil where both refuse.
func rewritten(_ payload: [UInt8]) throws(WireError) -> [UInt8]? {
  if let message = try? WorkerMessage(decoding: payload) { return try message.encoded() }
  if let message = try? CoordinatorMessage(decoding: payload) { return try message.encoded() }
  return nil
}
