import FoundationEssentials
import Trials

/// What an agent gives its child on the first line of standard input, as JSON.
public struct ChildJob: Hashable, Sendable {
  public var trial: Trial
  public var sweep: String
  public var token: FencingToken
  /// Counts the attempts at this trial from 1.
  public var attempt: Int
  public var earlierAttempts: [AttemptRecord]
  public var worker: String
  public var machine: MachineDescription
  public var resultsFolder: String
  /// 0: after every epoch.
  public var checkpointEverySeconds: Double
  /// Keeps a checkpoint of the very end.
  public var keepsFinalCheckpoint: Bool
  /// What the trial's `priorFit` found; nil where it has none.
  public var fittedPrior: FittedPrior?

  public init(
    trial: Trial, sweep: String, token: FencingToken, attempt: Int, earlierAttempts: [AttemptRecord],
    worker: String,
    machine: MachineDescription, resultsFolder: String, checkpointEverySeconds: Double,
    keepsFinalCheckpoint: Bool = false, fittedPrior: FittedPrior? = nil
  ) {
    self.trial = trial
    self.sweep = sweep
    self.token = token
    self.attempt = attempt
    self.earlierAttempts = earlierAttempts
    self.worker = worker
    self.machine = machine
    self.resultsFolder = resultsFolder
    self.checkpointEverySeconds = checkpointEverySeconds
    self.keepsFinalCheckpoint = keepsFinalCheckpoint
    self.fittedPrior = fittedPrior
  }
}

/// Why a job's line is none.
public struct ChildJobError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}

extension ChildJob {
  /// One line without its end.
  public var line: String {
    // Every field is a string, a finite number or a list of such.
    let data = try? JSONEncoder().encode(Form(self))
    guard let data else { preconditionFailure("a job that is no JSON: \(self)") }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads what `line` wrote and checks the configuration anew.
  ///
  /// - Throws: `ChildJobError` for anything else.
  public init(line: String) throws(ChildJobError) {
    let form: Form
    do {
      form = try JSONDecoder().decode(Form.self, from: Data(line.utf8))
    } catch {
      throw ChildJobError(description: "the job is not JSON of this version: \(error)")
    }
    let configuration: TrialConfiguration
    do {
      configuration = try TrialConfiguration(canonicalJSON: form.configuration)
    } catch {
      throw ChildJobError(description: "the job's configuration: \(error.message)")
    }
    guard let token = FencingToken(form.token) else {
      throw ChildJobError(description: "the job's token '\(form.token)' is none")
    }
    self.init(
      trial: Trial(configuration: configuration, dataDigest: form.dataDigest, threads: form.threads),
      sweep: form.sweep, token: token, attempt: form.attempt,
      earlierAttempts: try form.earlierAttempts.map { row throws(ChildJobError) in try row.record() },
      worker: form.worker, machine: form.machine, resultsFolder: form.resultsFolder,
      checkpointEverySeconds: form.checkpointEverySeconds, keepsFinalCheckpoint: form.keepsFinalCheckpoint,
      fittedPrior: try Self.prior(form.fittedPrior))
  }

  private static func prior(_ numbers: [[Double]]?) throws(ChildJobError) -> FittedPrior? {
    guard let numbers else { return nil }
    guard numbers.count == 2, numbers[0].count == numbers[1].count else {
      throw ChildJobError(description: "the job's prior has no mean and log deviation for each stick")
    }
    return FittedPrior(mu: numbers[0], xi: numbers[1])
  }

  private struct Form: Codable {
    var configuration: String
    var dataDigest: String
    var threads: Int
    var sweep: String
    var token: String
    var attempt: Int
    var earlierAttempts: [AttemptForm]
    var worker: String
    var machine: MachineDescription
    var resultsFolder: String
    var checkpointEverySeconds: Double
    var keepsFinalCheckpoint: Bool
    var fittedPrior: [[Double]]?

    init(_ job: ChildJob) {
      configuration = job.trial.configuration.canonicalJSON
      dataDigest = job.trial.dataDigest
      threads = job.trial.threads
      sweep = job.sweep
      token = job.token.description
      attempt = job.attempt
      earlierAttempts = job.earlierAttempts.map(AttemptForm.init)
      worker = job.worker
      machine = job.machine
      resultsFolder = job.resultsFolder
      checkpointEverySeconds = job.checkpointEverySeconds
      keepsFinalCheckpoint = job.keepsFinalCheckpoint
      fittedPrior = job.fittedPrior.map { [$0.mu, $0.xi] }
    }
  }

  private struct AttemptForm: Codable {
    var number: Int
    var token: String
    var worker: String
    var host: String
    var cpu: String
    var blas: String
    var threads: Int
    var started: Double
    var ended: Double?
    var cause: String?
    var firstEpoch: Int
    var lastEpoch: Int
    var peakMemoryMiB: Double?
    var message: String

    init(_ record: AttemptRecord) {
      number = record.number
      token = record.token.description
      worker = record.worker
      host = record.host
      cpu = record.cpu
      blas = record.blas
      threads = record.threads
      started = record.startedUnixSeconds
      ended = record.endedUnixSeconds
      cause = record.cause?.text
      firstEpoch = record.firstEpoch
      lastEpoch = record.lastEpoch
      peakMemoryMiB = record.peakMemoryMiB
      message = record.message
    }

    func record() throws(ChildJobError) -> AttemptRecord {
      guard let token = FencingToken(token) else {
        throw ChildJobError(description: "attempt \(number): the token '\(token)' is none")
      }
      let cause = cause.map { EndCause(text: $0) }
      if case .some(nil) = cause { throw ChildJobError(description: "attempt \(number): an unknown cause") }
      return AttemptRecord(
        number: number, token: token, worker: worker, host: host, cpu: cpu, blas: blas, threads: threads,
        startedUnixSeconds: started, endedUnixSeconds: ended, cause: cause ?? nil, firstEpoch: firstEpoch,
        lastEpoch: lastEpoch, peakMemoryMiB: peakMemoryMiB, message: message)
    }
  }
}
