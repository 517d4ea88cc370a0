import Foundation

// Measures the coordinator and its ledger with trials that do nothing: real processes, loopback TCP with keys, the ledger
// on disk. `igr-scale-benchmark [--trials N] [--workers N] [--slots N] [--runs N] [--folder DIR] [--json FILE]` prints the
// median of each figure with its target and ends with 1 where one is missed. The other words are roles that it starts itself.

let arguments = Array(CommandLine.arguments.dropFirst())

func value(of name: String, or fallback: String) -> String {
  guard let place = arguments.firstIndex(of: "--" + name), place + 1 < arguments.count else {
    return fallback
  }
  return arguments[place + 1]
}

func count(of name: String, or fallback: Int) throws -> Int {
  let text = value(of: name, or: "\(fallback)")
  guard let count = Int(text), count > 0 else {
    throw Failure("--\(name) needs a whole number above 0, found \(text)")
  }
  return count
}

func measure() throws -> Report {
  let trials = try count(of: "trials", or: 100_000)
  let workers = try count(of: "workers", or: 8)
  let parent = value(of: "folder", or: NSTemporaryDirectory())
  let programs = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
  let runs = try count(of: "runs", or: 3)
  let loadBefore = Report.load
  var figures: [Figure] = []
  func tell(_ figure: Figure) {
    // Past the C library's buffer: a measurement takes minutes.
    FileHandle.standardOutput.write(Data((figure.line + "\n").utf8))
    figures.append(figure)
  }

  func times<Outcome>(_ measure: () throws -> Outcome) rethrows -> [Outcome] {
    try (0..<runs).map { _ in try measure() }
  }

  let slots = try count(of: "slots", or: 16)
  let rates = try times {
    try RateMeasurement(trials: trials, workers: workers, slots: slots, parent: parent).run()
  }
  let what = "\(trials) trials, \(workers) workers"
  tell(Figure("\(what): finished", rates.map(\.trialsPerSecond), unit: "1/s", target: .atLeast(5000)))
  tell(
    Figure("\(what): last tenth to first", rates.map(\.lastToFirstTenth), unit: "", target: .below(1.2)))
  tell(
    Figure(
      "\(what): busiest worker to least busy", rates.map(\.mostToLeast), unit: "", target: .below(1.05)))
  tell(
    Figure(
      "\(what): coordinator's processor time", rates.map(\.coordinatorMicrosecondsPerTrial), unit: "µs"))
  tell(Figure("\(what): workers' processor time", rates.map(\.workerMicrosecondsPerTrial), unit: "µs"))

  let pauses = try times {
    try RateMeasurement(trials: 300, workers: 1, slots: 1, trialMilliseconds: 10, parent: parent).run()
  }
  tell(
    Figure(
      "idle coordinator: worker free to trial received, median", pauses.map(\.medianPauseMilliseconds),
      unit: "ms", target: .below(1)))

  for (trials, workers, memory) in [(10_000, 8, 40.0), (trials, 1000, 300.0)] {
    let sizes = try times {
      try SizeMeasurement(trials: trials, workers: workers, parent: parent, programs: programs).run()
    }
    let what = "\(trials) trials, \(workers) workers"
    tell(
      Figure(
        "\(what): coordinator's peak memory", sizes.map(\.peakMemoryMiB), unit: "MiB", target: .below(memory))
    )
    tell(
      Figure("\(what): restart to first grant", sizes.map(\.restartSeconds), unit: "s", target: .below(2)))
    tell(Figure("\(what): igr status", sizes.map(\.statusSeconds), unit: "s", target: .below(0.2)))
  }
  return Report(figures: figures, loadBefore: loadBefore, loadAfter: Report.load)
}

do {
  switch arguments.first {
  case "coordinate":
    try CoordinatorRole.run(
      folder: value(of: "folder", or: ""), keys: value(of: "keys", or: ""),
      endpointFile: value(of: "endpoint-file", or: ""))
  case "work":
    try WorkerRole.run(
      endpoint: value(of: "endpoint", or: ""), folder: value(of: "folder", or: ""),
      keys: value(of: "keys", or: ""), slots: try count(of: "slots", or: 1),
      trialMilliseconds: Int(value(of: "milliseconds", or: "0")) ?? 0)
  default:
    let report = try measure()
    let file = value(of: "json", or: "")
    if !file.isEmpty {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(fileURLWithPath: file))
    }
    exit(report.figures.allSatisfy(\.holds) ? 0 : 1)
  }
} catch {
  FileHandle.standardError.write(Data("igr-scale-benchmark: \(error)\n".utf8))
  exit(4)
}
