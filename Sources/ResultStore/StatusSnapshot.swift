import FoundationEssentials
import Trials

/// What `igr status` shows: the coordinator's word on the sweep, replaced as a whole a few times a minute. Readable
/// from any machine that sees the folder, also after everything has ended.
public struct StatusSnapshot: Codable, Hashable, Sendable {
  /// Rises when an older reader could misread a file.
  public static let currentVersion = 1

  /// The coordinator that wrote this.
  public struct Coordinator: Codable, Hashable, Sendable {
    public var host: String
    public var processID: Int32
    public var epoch: UInt32
    public var endpoint: String

    public init(host: String, processID: Int32, epoch: UInt32, endpoint: String) {
      self.host = host
      self.processID = processID
      self.epoch = epoch
      self.endpoint = endpoint
    }
  }

  public struct WorkerRow: Codable, Hashable, Sendable {
    public var id: String
    public var host: String
    public var processID: Int32
    /// Nil while it waits.
    public var trial: String?
    public var epoch: Int
    public var step: Int
    /// Nil until it has measured an epoch.
    public var imagesPerSecond: Double?
    public var lastWordUnixSeconds: Double

    public init(
      id: String, host: String, processID: Int32, trial: String?, epoch: Int, step: Int,
      imagesPerSecond: Double?,
      lastWordUnixSeconds: Double
    ) {
      self.id = id
      self.host = host
      self.processID = processID
      self.trial = trial
      self.epoch = epoch
      self.step = step
      self.imagesPerSecond = imagesPerSecond
      self.lastWordUnixSeconds = lastWordUnixSeconds
    }
  }

  /// One machine.
  public struct NodeRow: Codable, Hashable, Sendable {
    public var host: String
    public var workers = 0
    public var slots = 0
    /// Trials that run on it.
    public var running = 0
    public var imagesPerSecond = 0.0
    /// Nil where it has no worker now.
    public var lastWordUnixSeconds: Double?
    /// Why it gets no trials; nil while it does.
    public var setAside: String?

    public init(host: String) { self.host = host }
  }

  public struct Best: Codable, Hashable, Sendable {
    public var trial: String
    public var metric: String
    public var value: Double

    public init(trial: String, metric: String, value: Double) {
      self.trial = trial
      self.metric = metric
      self.value = value
    }
  }

  /// A trial that reached a final state.
  public struct FinishedTrial: Codable, Hashable, Sendable {
    /// Counts the finished trials of this coordinator's life from 1, so that a reader knows which rows are new.
    public var sequence: Int
    public var trial: String
    /// What tells it apart from the other trials, for a person.
    public var label: String
    public var state: TrialState
    /// `EndCause.text`.
    public var cause: String
    /// Why it was pruned, cancelled or given up, for a person; empty for a completed trial.
    public var reason: String?
    /// Wall time of its attempts.
    public var seconds: Double
    /// A few metrics by name.
    public var metrics: [String: Double]

    public init(
      sequence: Int, trial: String, label: String, state: TrialState, cause: String, reason: String = "",
      seconds: Double, metrics: [String: Double]
    ) {
      self.sequence = sequence
      self.trial = trial
      self.label = label
      self.state = state
      self.cause = cause
      self.reason = reason
      self.seconds = seconds
      self.metrics = metrics
    }
  }

  public struct Failure: Codable, Hashable, Sendable {
    public var trial: String
    /// `EndCause.text`.
    public var cause: String
    public var message: String
    public var logPath: String

    public init(trial: String, cause: String, message: String, logPath: String) {
      self.trial = trial
      self.cause = cause
      self.message = message
      self.logPath = logPath
    }
  }

  public var version: Int
  public var sweep: String
  public var coordinator: Coordinator
  public var startedUnixSeconds: Double
  public var writtenUnixSeconds: Double
  /// True when the coordinator has ended in good order and will not write again.
  public var hasEnded: Bool
  /// Trials by state; every state has a key.
  public var counts: [String: Int]
  public var workers: [WorkerRow]
  /// Of all workers together.
  public var imagesPerSecond: Double
  public var best: Best?
  /// Estimate; nil before anything is known.
  public var secondsLeft: Double?
  /// The latest of them, oldest first.
  public var recentlyFinished: [FinishedTrial]
  /// The first of them in the order of the plan; `counts` has their number.
  public var failures: [Failure]
  /// `SweepMode.rawValue`: `running`, `paused` or `draining`. Absent in files of older programs, as what follows.
  public var mode: String?
  public var nodes: [NodeRow]?
  /// Trials of the folder that the sweep file no longer names.
  public var unplanned: Int?

  public init(
    sweep: String, coordinator: Coordinator, startedUnixSeconds: Double, writtenUnixSeconds: Double,
    hasEnded: Bool,
    counts: [TrialState: Int], workers: [WorkerRow], imagesPerSecond: Double, best: Best?,
    secondsLeft: Double?,
    recentlyFinished: [FinishedTrial], failures: [Failure]
  ) {
    version = Self.currentVersion
    self.sweep = sweep
    self.coordinator = coordinator
    self.startedUnixSeconds = startedUnixSeconds
    self.writtenUnixSeconds = writtenUnixSeconds
    self.hasEnded = hasEnded
    self.counts = Dictionary(uniqueKeysWithValues: TrialState.allCases.map { ($0.rawValue, counts[$0] ?? 0) })
    self.workers = workers
    self.imagesPerSecond = imagesPerSecond
    self.best = best
    self.secondsLeft = secondsLeft
    self.recentlyFinished = recentlyFinished
    self.failures = failures
  }

  /// A coordinator writes every two seconds; disks and clocks of two machines may differ by some more.
  public static let freshSeconds = 20.0

  /// Whether the coordinator that wrote this may still be at work, as far as another machine can tell: it has not ended
  /// and has spoken a moment ago.
  ///
  /// - Parameter now: Unix seconds.
  public func isFresh(at now: Double) -> Bool {
    !hasEnded && abs(now - writtenUnixSeconds) < Self.freshSeconds
  }

  public func count(_ state: TrialState) -> Int { counts[state.rawValue] ?? 0 }
}

extension StatusSnapshot {
  // JSON has no NaN; these words are the usual ones.
  private static let notFinite = (positive: "Infinity", negative: "-Infinity", nan: "NaN")

  /// JSON with sorted keys, for the file and for `igr status --json`.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.notFinite.positive, negativeInfinity: Self.notFinite.negative,
      nan: Self.notFinite.nan)
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a value of numbers and texts always encodes")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Puts the snapshot under `path`, in place of the older one.
  ///
  /// - Throws: `ResultStoreError` with the system's reason.
  public func write(to path: String) throws(ResultStoreError) {
    try DurableFile.replace(path, with: json + "\n")
  }

  /// - Throws: `ResultStoreError`: `missing`, `newerSchema`, `damaged`, or `disk` with the system's reason.
  public static func read(_ path: String) throws(ResultStoreError) -> StatusSnapshot {
    struct Version: Decodable { var version: Int }
    let data = Data(try DurableFile.read(path).utf8)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: notFinite.positive, negativeInfinity: notFinite.negative, nan: notFinite.nan)
    let found: Version
    do { found = try decoder.decode(Version.self, from: data) } catch {
      throw ResultStoreError(.damaged, path, "is not a status file: \(error)")
    }
    guard found.version <= currentVersion else {
      throw ResultStoreError(
        .newerSchema, path,
        "has version \(found.version), this program reads up to \(currentVersion); use a newer one")
    }
    do { return try decoder.decode(StatusSnapshot.self, from: data) } catch {
      throw ResultStoreError(.damaged, path, "is not a status file: \(error)")
    }
  }
}
