import Digests

/// Versions of this program.
public enum EngineVersion {
  /// Shown to people and recorded in every file.
  public static let program = "0.1.0"
  /// Rises whenever the same configuration would give other numbers. Part of a trial's identity, so results of
  /// different rules never count as the same trial.
  ///
  /// A computed property that is never inlined: the optimiser copies a constant into the modules that use it, and an
  /// incremental build after a change would leave the old number in some of them.
  public static var result: Int { @inline(never) get { 5 } }
}

/// Names a trial by its content: the first 16 hexadecimal digits of a SHA-256 over everything that decides its
/// numbers. The same trial in a grown or reordered sweep file has the same name.
public struct TrialID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The digits as one number: a hundred thousand names need no memory of their own.
  private let bits: UInt64

  /// - Parameters:
  ///   - dataDigest: SHA-256 of the data set, as `Datasets` defines it.
  ///   - threads: BLAS threads of the trial; other thread counts round differently.
  public init(of configuration: TrialConfiguration, dataDigest: String, threads: Int) {
    var hash = SHA256()
    hash.update("{\"config\":")
    hash.update(configuration.identityJSON)
    hash.update(
      ",\"data\":\(HyperparameterValue.quoted(dataDigest)),\"engine_result_version\":\(EngineVersion.result),"
        + "\"threads\":\(threads)}")
    // 64 bits: among 100,000 trials two would share a name with probability 3e-10, and planning refuses that.
    bits = hash.finish().bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// - Returns: nil unless `text` is 16 lower-case hexadecimal digits, so that an id is always safe in a path.
  public init?(_ text: String) {
    var text = text
    guard let id = text.withUTF8({ TrialID(digits: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = id
  }

  /// As `init(_:)`, from the bytes of the text: a folder of a hundred thousand names needs no text of any.
  public init?(digits: UnsafeRawBufferPointer) {
    guard digits.count == 16 else { return nil }
    var bits: UInt64 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: bits = bits << 4 | UInt64(digit - 0x30)
      case 0x61...0x66: bits = bits << 4 | UInt64(digit - 0x61 + 10)
      default: return nil
      }
    }
    self.bits = bits
  }

  /// What dictionaries ask for, and the way in which they hash a number: by default they would hash a structure of one
  /// number at several times the cost, and a coordinator that begins looks up every trial twenty times.
  public func _rawHashValue(seed: Int) -> Int { bits._rawHashValue(seed: seed) }

  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  public static func < (a: TrialID, b: TrialID) -> Bool { a.bits < b.bits }
}

/// One configuration to be trained, seed included.
public struct Trial: Hashable, Sendable {
  public let id: TrialID
  public let configuration: TrialConfiguration
  public let dataDigest: String
  public let threads: Int

  public init(configuration: TrialConfiguration, dataDigest: String, threads: Int) {
    self.configuration = configuration
    self.dataDigest = dataDigest
    self.threads = threads
    id = TrialID(of: configuration, dataDigest: dataDigest, threads: threads)
  }
}

/// What to maximise or minimise where one trial is chosen among several.
public struct Objective: Hashable, Sendable {
  public enum Direction: String, Sendable { case maximize, minimize }

  public let metric: Metric
  public let direction: Direction

  public init(metric: Metric, direction: Direction) {
    self.metric = metric
    self.direction = direction
  }
}

/// How often an attempt may be repeated, by cause. An attempt beyond the budget fails the trial.
public struct RetryBudget: Hashable, Sendable {
  /// Worker lost or child killed from outside.
  public var lost: Int
  /// Hung, disk, bug.
  public var crash: Int
  public var outOfMemory: Int

  public init(lost: Int = 20, crash: Int = 3, outOfMemory: Int = 1) {
    self.lost = lost
    self.crash = crash
    self.outOfMemory = outOfMemory
  }
}

/// A planned sweep: what the coordinator is to get done.
public struct Sweep: Sendable {
  public var name: String
  public var summary: String
  /// In the order of the plan; ids are distinct.
  public var trials: [Trial]
  /// What the sweep file names; nil where it names none.
  public var objective: Objective?
  public var checkpoint: CheckpointSettings
  public var retry: RetryBudget
  /// In the order of the file; the first whose pattern is found in an attempt's end decides.
  public var retryRules: [RetryRule]
  public var resources: TrialResources
  public var earlyStopping: EarlyStopping?
  /// Trials that must be completed before another may begin; both are trials of this sweep. Trials without an entry
  /// wait for nothing.
  public var dependencies: [TrialID: Set<TrialID>]
  /// Trials of a higher priority are granted first; those without an entry have 0.
  public var priorities: [TrialID: Int]

  public init(
    name: String, summary: String, trials: [Trial], objective: Objective?,
    checkpoint: CheckpointSettings = CheckpointSettings(), retry: RetryBudget = RetryBudget(),
    retryRules: [RetryRule] = [], resources: TrialResources = TrialResources(),
    earlyStopping: EarlyStopping? = nil, dependencies: [TrialID: Set<TrialID>] = [:],
    priorities: [TrialID: Int] = [:]
  ) {
    self.name = name
    self.summary = summary
    self.trials = trials
    self.objective = objective
    self.checkpoint = checkpoint
    self.retry = retry
    self.retryRules = retryRules
    self.resources = resources
    self.earlyStopping = earlyStopping
    self.dependencies = dependencies
    self.priorities = priorities
  }

  /// Trials that others wait for: fits of their priors, which no table compares with them.
  public var fits: Set<TrialID> { dependencies.values.reduce(into: []) { $0.formUnion($1) } }

  /// The trials that the sweep file names; what they depend on is left out.
  public var compared: [Trial] {
    let fits = fits
    return fits.isEmpty ? trials : trials.filter { !fits.contains($0.id) }
  }

  /// What chooses among the trials: the file's objective, else the metric by which they choose their epochs, and the
  /// training loss where only some hold images out. Nil without trials.
  public var selection: Objective? {
    if let objective { return objective }
    let metrics = Set(compared.map(\.configuration.selectionMetric))
    guard let metric = metrics.count > 1 ? .trainLoss : metrics.first else { return nil }
    return Objective(metric: metric, direction: metric.better == .higher ? .maximize : .minimize)
  }
}
