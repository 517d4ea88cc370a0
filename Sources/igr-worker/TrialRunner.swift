import CBuildInformation
import Datasets
import Glibc
import ResultStore
import SweepRuntime
import Tensors
import Training
import Trials

/// Trains one trial: from its checkpoint if there is a usable one, with checkpoints on the way, to the trial file.
struct TrialRunner {
  private let job: ChildJob
  private let paths: RunPaths
  private let started = unixSeconds()
  private let isAskedToStop: () -> Bool
  /// The epoch to end at by early stopping, once it has decided so.
  private let earlyEnd: () -> EarlyEnd?
  private var hasEndedEarly = false
  private var steps = Pace(every: .milliseconds(100))
  private var evaluations = Pace(every: .milliseconds(100))
  private var checkpoints: Pace?
  private var dataSource = ""
  private var firstEpoch = 0
  private var lastEpoch = 0

  init(job: ChildJob, lifeLine: ChildLifeLine) {
    self.job = job
    paths = RunPaths(root: job.resultsFolder)
    isAskedToStop = { lifeLine.isAskedToStop }
    earlyEnd = { lifeLine.earlyEnd }
    if job.checkpointEverySeconds > 0 {
      checkpoints = Pace(every: .seconds(job.checkpointEverySeconds), since: .now)
    }
  }

  /// Runs to the last word.
  consuming func run() {
    do {
      LinearAlgebraLibrary.setThreads(job.trial.threads)
      let session = try makeSession()
      let result = try session.run { event, takeSnapshot in try observe(event, takeSnapshot) }
      guard let result else {
        if !hasEndedEarly { EventWriter.write(.stopped) }
        return
      }
      let written = try TrialFile.write(
        record(of: result), to: paths.incomingTrialFile(trial: job.trial.id, token: job.token))
      EventWriter.write(.completed(byteCount: written.byteCount, sha256: written.sha256))
    } catch {
      let (cause, message) = Self.explain(error)
      EventWriter.write(.failed(cause: cause.text, message: message))
    }
  }

  // MARK: Before

  private mutating func makeSession() throws -> any Session {
    let checkpoint = try readCheckpoint()
    guard let name = job.trial.configuration.datasetName else {
      return try FitSession(trial: job.trial, resumingFrom: checkpoint)
    }
    let data = try loadData(name)
    dataSource = data.sourceDescription
    return try TrainingSession(
      trial: job.trial, data: data, fittedPrior: job.fittedPrior, resumingFrom: checkpoint)
  }

  private func loadData(_ name: String) throws -> ImageDataset {
    let data = try ImageDataset.load(name: name, verifyDigest: false, tell: complain)
    guard data.digest == job.trial.dataDigest else {
      throw TrainingError(
        cause: .configuration,
        message:
          "the sweep was planned with \(name) of digest \(job.trial.dataDigest), this worker has \(data.digest)"
          + " (\(data.sourceDescription)): use the same files and the same igr on both")
    }
    return data
  }

  /// The newest checkpoint; nil to begin anew.
  private func readCheckpoint() throws -> TrainingSnapshot? {
    let path = paths.checkpointFile(job.trial.id)
    do {
      return try CheckpointFile.read(path, expecting: job.trial.id)
    } catch {
      switch error.code {
      case .missing: return nil
      // The system's refusal may pass; starting over would then throw good work away.
      case .disk: throw error
      default:
        complain("the checkpoint cannot be used, training starts over: \(error)")
        return nil
      }
    }
  }

  // MARK: During

  private mutating func observe(
    _ event: TrainingEvent, _ takeSnapshot: () throws -> TrainingSnapshot
  ) throws -> TrainingDirective {
    let now = ContinuousClock.now
    var isEpochsEnd = false
    switch event {
    case .began(let epoch, let step):
      (firstEpoch, lastEpoch) = (epoch, epoch)
      EventWriter.write(.began(epoch: epoch, step: step))
    case .stepped(let epoch, let step):
      if steps.isDue(at: now) { EventWriter.write(.stepped(epoch: epoch, step: step)) }
    case .evaluated(let fraction):
      if evaluations.isDue(at: now) { EventWriter.write(.evaluated(fraction: fraction)) }
    case .measured(let epoch, let metrics, let imagesPerSecond):
      lastEpoch = epoch
      isEpochsEnd = true
      // Epoch 0 trains nothing and has no rate.
      EventWriter.write(
        .measured(
          epoch: epoch, imagesPerSecond: imagesPerSecond.isFinite ? imagesPerSecond : 0, metrics: metrics))
    }
    if let end = earlyEnd() {
      try endEarly(end, takeSnapshot())
      return .stop
    }
    let isAsked = isAskedToStop()
    let isKept =
      job.keepsFinalCheckpoint && isEpochsEnd && lastEpoch == job.trial.configuration.epochs
    if isAsked || isKept || (checkpoints?.isDue(at: now) ?? isEpochsEnd) {
      let snapshot = try takeSnapshot()
      try CheckpointFile.write(snapshot, to: paths.checkpointFile(job.trial.id))
      let end = ContinuousClock.now
      checkpoints?.restart(after: now.duration(to: end), at: end)
      EventWriter.write(.checkpointWritten(epoch: snapshot.epoch, step: snapshot.step))
    }
    return isAsked ? .stop : .proceed
  }

  // MARK: After

  /// Writes what was measured up to the epoch at which early stopping ended the trial: the same numbers, however much
  /// further training was when the word came. The weights are not those of that epoch, so there are none.
  private mutating func endEarly(_ end: EarlyEnd, _ snapshot: TrainingSnapshot) throws {
    let (rung, epochs) = (end.rung, job.trial.configuration.epochs)
    let record = record(
      state: .pruned, cause: .pruned, metrics: snapshot.metrics.through(epoch: rung),
      finals: job.trial.configuration.metricsAtEnd.map { ($0.name, .nan) }, tensors: [],
      timing: snapshot.timing.through(epoch: rung),
      warnings: ["early stopping ended this trial, which has \(epochs) epochs: \(end.reason)"])
    let written = try TrialFile.write(
      record, to: paths.incomingTrialFile(trial: job.trial.id, token: job.token))
    hasEndedEarly = true
    EventWriter.write(.pruned(byteCount: written.byteCount, sha256: written.sha256))
  }

  private func record(of result: TrainingResult) -> TrialRecord {
    record(
      state: .completed, cause: .completed, metrics: result.metrics, finals: result.finals,
      tensors: result.tensors, timing: result.timing, warnings: result.warnings)
  }

  private func record(
    state: TrialState, cause: EndCause, metrics: EpochTable, finals: [(name: String, value: Double)],
    tensors: [NamedTensor], timing: EpochTable, warnings: [String]
  ) -> TrialRecord {
    let attempt = AttemptRecord(
      number: job.attempt, token: job.token, worker: job.worker, host: job.machine.host, cpu: job.machine.cpu,
      blas: job.machine.blas, threads: job.trial.threads, startedUnixSeconds: started,
      endedUnixSeconds: unixSeconds(), cause: cause, firstEpoch: firstEpoch, lastEpoch: lastEpoch,
      peakMemoryMiB: peakMemoryMiB())
    return TrialRecord(
      trial: job.trial, sweep: job.sweep, state: state, engineVersion: EngineVersion.program,
      gitRevision: String(cString: igr_git_revision()), metrics: metrics, finals: finals, tensors: tensors,
      timing: timing, attempts: job.earlierAttempts + [attempt], warnings: warnings, dataSource: dataSource)
  }

  private static func explain(_ error: any Error) -> (cause: EndCause, message: String) {
    switch error {
    case let error as TrainingError: return (error.cause, error.message)
    case let error as DatasetError:
      switch error.code {
      case .unknownName, .impossibleSplit: return (.configuration, error.message)
      default: return (.disk, error.message)
      }
    case let error as ResultStoreError:
      return (error.code == .invalidRecord ? .bug : .disk, error.description)
    default: return (.bug, "\(error)")
    }
  }
}

/// Tells the agent's log.
private func complain(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Seconds since 1970-01-01 UTC.
private func unixSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_REALTIME, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
}

/// The largest resident memory this program has had, in MiB. Unlike `getrusage`, without that of its parent.
private func peakMemoryMiB() -> Double? {
  guard let file = fopen("/proc/self/status", "re") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    if text.hasPrefix("VmHWM:") {
      return text.split { !$0.isNumber }.first.flatMap { Double($0) }.map { $0 / 1024 }
    }
  }
  return nil
}
