import Foundation
import Keys
import ResultStore
import Scheduling
import SweepRuntime
import Synchronization
import Trials
import ZeroMQ

/// What a worker process tells the driver when it ends.
struct WorkerReport: Codable {
  var trials: Int
  /// From "trial finished" to "next trial received", in seconds; at most the first 10,000.
  var pauses: [Double]
  var processorSeconds: Double
}

enum WorkerRole {
  private static let pauseLimit = 10_000

  private struct Progress {
    var trials = 0
    var pauses: [Double] = []
    var lastEnd: ContinuousClock.Instant?
  }

  /// - Parameters:
  ///   - slots: leases at a time.
  ///   - trialMilliseconds: how long a trial takes; 0 is nothing at all.
  ///   - writesFiles: whether a trial leaves a file that a real coordinator takes.
  static func run(
    endpoint: String, folder: String, keys: String, slots: Int, trialMilliseconds: Int, writesFiles: Bool
  ) throws {
    guard let endpoint = Endpoint(endpoint) else { throw Failure("'\(endpoint)' is no endpoint") }
    let keys = KeyFolder(path: keys)
    let security = Socket.Security.client(try keys.workerPair(nil), server: try keys.publicKey(.server))
    // Every worker begins at the same time, so that their shares can be compared.
    guard readLine() != nil else { return }
    let progress = Mutex(Progress())
    let configuration = WorkerConfiguration(
      coordinator: .fixed(endpoint), resultsFolder: folder, limits: WorkerState.Limits(slots: slots),
      lifeLine: STDIN_FILENO,
      work: .inAgent { grant in
        let now = ContinuousClock.now
        progress.withLock { progress in
          guard let end = progress.lastEnd, progress.pauses.count < pauseLimit else { return }
          progress.pauses.append((now - end) / .seconds(1))
        }
        if trialMilliseconds > 0 { usleep(UInt32(trialMilliseconds) * 1000) }
        let metrics = ScaleSweep.metrics(of: grant.trial)
        progress.withLock { progress in
          progress.trials += 1
          progress.lastEnd = .now
        }
        var end = ChildEvent.completed(byteCount: 1, sha256: String(repeating: "0", count: 64))
        if writesFiles {
          do {
            let file = try NominalTrialFile.write(for: grant, in: RunPaths(root: folder))
            end = .completed(byteCount: file.byteCount, sha256: file.sha256)
          } catch {
            end = .failed(cause: EndCause.disk.text, message: "\(error)")
          }
        }
        return [.began(epoch: 0, step: 0), .measured(epoch: 1, imagesPerSecond: 1, metrics: metrics), end]
      }, machine: MachineDescription(host: "scale", cpu: "none", blas: "none"), security: security)
    _ = try WorkerService(configuration).run()
    let report = progress.withLock { progress in
      WorkerReport(
        trials: progress.trials, pauses: progress.pauses,
        processorSeconds: ProcessUsage.processorSeconds)
    }
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  }
}
