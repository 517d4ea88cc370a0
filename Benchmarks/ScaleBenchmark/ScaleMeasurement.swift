import Foundation
import ResultStore

/// Runs a whole sweep of trials that do nothing and tells what it cost.
struct ScaleMeasurement {
  let trials: Int
  let workers: Int
  let slots: Int
  /// Where the results folder is made, and removed again; its disk is the ledger's.
  let parent: String

  struct Report: Codable {
    var trials: Int
    var workers: Int
    var slots: Int
    var trialsPerSecond: Double
    /// Seconds of the last tenth of the trials over those of the first.
    var lastToFirstTenth: Double
    /// Trials of the busiest worker over those of the least busy.
    var mostToLeast: Double
    var medianPauseMilliseconds: Double
    var coordinatorStartSeconds: Double
    var coordinatorMemoryMiB: Double
    var coordinatorMicrosecondsPerTrial: Double
    var workerMicrosecondsPerTrial: Double

    var table: String {
      func row(_ name: String, _ value: Double, _ unit: String) -> String {
        name.padding(toLength: 44, withPad: " ", startingAt: 0) + String(format: "%10.3f ", value) + unit
      }
      return [
        "\(trials) trials, \(workers) workers with \(slots) leases each",
        row("finished trials", trialsPerSecond, "a second"),
        row("last tenth of the trials to the first", lastToFirstTenth, "times the time"),
        row("busiest worker to least busy", mostToLeast, "times the trials"),
        row("worker free to trial received, median", medianPauseMilliseconds, "ms"),
        row("coordinator: start to bound socket", coordinatorStartSeconds, "s"),
        row("coordinator: peak memory", coordinatorMemoryMiB, "MiB"),
        row("coordinator: processor time", coordinatorMicrosecondsPerTrial, "µs a trial"),
        row("workers: processor time", workerMicrosecondsPerTrial, "µs a trial"),
      ].joined(separator: "\n")
    }
  }

  func run() throws -> Report {
    let folder = "\(parent)/igr-scale-\(UUID().uuidString)"
    let paths = try RunPaths.create(
      root: folder, source: SweepSource(sweepFile: ScaleSweep.text(trials: trials), overrides: []))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let endpointFile = paths.root + "/endpoint"
    let coordinator = try Role(
      ["coordinate", "--folder", folder, "--endpoint-file", endpointFile], log: folder)
    let endpoint = try coordinator.waitForFile(endpointFile)
    let agents = try (0..<workers).map { _ in
      try Role(["work", "--endpoint", endpoint, "--folder", folder, "--slots", "\(slots)"], log: folder)
    }
    let ledger = try JSONDecoder().decode(CoordinatorReport.self, from: try coordinator.output())
    let shares = try agents.map { try JSONDecoder().decode(WorkerReport.self, from: try $0.output()) }
    guard ledger.trials == trials else { throw Failure("\(ledger.trials) of \(trials) trials finished") }
    let pauses = shares.flatMap(\.pauses).sorted()
    let counts = shares.map(\.trials)
    return Report(
      trials: trials, workers: workers, slots: slots, trialsPerSecond: Double(trials) / ledger.seconds,
      lastToFirstTenth: (ledger.windowSeconds.last ?? .nan) / (ledger.windowSeconds.first ?? .nan),
      mostToLeast: Double(counts.max() ?? 0) / Double(counts.min() ?? 0),
      medianPauseMilliseconds: pauses.isEmpty ? .nan : pauses[pauses.count / 2] * 1e3,
      coordinatorStartSeconds: ledger.startSeconds, coordinatorMemoryMiB: ledger.peakMemoryMiB,
      coordinatorMicrosecondsPerTrial: ledger.processorSeconds * 1e6 / Double(trials),
      workerMicrosecondsPerTrial: shares.map(\.processorSeconds).reduce(0, +) * 1e6 / Double(trials))
  }
}

/// This program in another role, ended with this process.
final class Role {
  private let process = Process()
  private let standardOutput = Pipe()
  private let lifeLine = Pipe()
  private let log: String

  /// - Parameter log: the folder for its log.
  init(_ arguments: [String], log folder: String) throws {
    log = "\(folder)/\(arguments[0])-\(UUID().uuidString).log"
    guard FileManager.default.createFile(atPath: log, contents: nil) else {
      throw Failure("\(log): cannot be created")
    }
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardOutput = standardOutput
    process.standardInput = lifeLine
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
  }

  /// The content of a file that the role writes by rename.
  func waitForFile(_ path: String) throws -> String {
    while process.isRunning {
      if let text = try? String(contentsOfFile: path, encoding: .utf8) {
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      usleep(1000)
    }
    throw Failure(lastWords)
  }

  /// All that it wrote, once it has ended.
  func output() throws -> Data {
    let data = standardOutput.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(lastWords) }
    return data
  }

  private var lastWords: String {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return "\(process.arguments?.first ?? "") ended with \(process.terminationStatus):\n\(text.suffix(2000))"
  }
}
