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
        EventWriter.write(.stopped)
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
    return try TrainingSession(trial: job.trial, data: data, resumingFrom: checkpoint)
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
    _ event: TrainingEvent, _ takeSnapshot: () -> TrainingSnapshot
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
    let isAsked = isAskedToStop()
    if isAsked || (checkpoints?.isDue(at: now) ?? isEpochsEnd) {
      let snapshot = takeSnapshot()
      try CheckpointFile.write(snapshot, to: paths.checkpointFile(job.trial.id))
      let end = ContinuousClock.now
      checkpoints?.restart(after: now.duration(to: end), at: end)
      EventWriter.write(.checkpointWritten(epoch: snapshot.epoch, step: snapshot.step))
    }
    return isAsked ? .stop : .proceed
  }

  // MARK: After

  private func record(of result: TrainingResult) -> TrialRecord {
    let attempt = AttemptRecord(
      number: job.attempt, token: job.token, worker: job.worker, host: job.machine.host, cpu: job.machine.cpu,
      blas: job.machine.blas, threads: job.trial.threads, startedUnixSeconds: started,
      endedUnixSeconds: unixSeconds(), cause: .completed, firstEpoch: firstEpoch, lastEpoch: lastEpoch,
      peakMemoryMiB: peakMemoryMiB())
    return TrialRecord(
      trial: job.trial, sweep: job.sweep, state: .completed, engineVersion: EngineVersion.program,
      gitRevision: String(cString: igr_git_revision()), metrics: result.metrics, finals: result.finals,
      tensors: result.tensors,
      timing: result.timing, attempts: job.earlierAttempts + [attempt], warnings: result.warnings,
      dataSource: dataSource)
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
