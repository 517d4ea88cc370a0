import Foundation

// Measures the coordinator and its ledger with trials that do nothing: real processes, loopback TCP with keys, the ledger
// on disk. It prints the median of each figure with its target and ends with 1 where one is missed. Words without dashes are
// roles that it starts itself.
let usage = """
  igr-scale-benchmark [--trials N] [--workers N] [--slots N] [--runs N] [--only PARTS] [--folder DIR] [--json FILE]
  PARTS are some of rate, pause, run, restart and crowd, with commas between them.
  """

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

/// What is measured, how often and where.
struct Plan {
  let trials: Int
  let workers: Int
  let slots: Int
  let runs: Int
  let parent: String
  let programs: String

  init() throws {
    trials = try count(of: "trials", or: 100_000)
    workers = try count(of: "workers", or: 8)
    slots = try count(of: "slots", or: 16)
    runs = try count(of: "runs", or: 3)
    parent = value(of: "folder", or: NSTemporaryDirectory())
    programs = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
  }

  /// The parts by the names that `--only` takes.
  var parts: [(name: String, measure: () throws -> [Figure])] {
    [
      ("rate", rate), ("pause", pause), ("run", wholeRun),
      ("restart", { try restart(trials: 10_000, workers: 8, memory: 40) }),
      ("crowd", { try restart(trials: trials, workers: 1000, memory: 300) }),
    ]
  }

  private func times<Outcome>(_ measure: () throws -> Outcome) rethrows -> [Outcome] {
    try (0..<runs).map { _ in try measure() }
  }

  private func rate() throws -> [Figure] {
    let rates = try times {
      try RateMeasurement(trials: trials, workers: workers, slots: slots, parent: parent).run()
    }
    let what = "\(trials) trials, \(workers) workers"
    return [
      Figure("\(what): finished", rates.map(\.trialsPerSecond), unit: "1/s", target: .atLeast(5000)),
      Figure("\(what): last tenth to first", rates.map(\.lastToFirstTenth), unit: "", target: .below(1.2)),
      Figure(
        "\(what): busiest worker to least busy", rates.map(\.mostToLeast), unit: "", target: .below(1.05)),
      Figure(
        "\(what): coordinator's processor time", rates.map(\.coordinatorMicrosecondsPerTrial), unit: "µs"),
      Figure("\(what): workers' processor time", rates.map(\.workerMicrosecondsPerTrial), unit: "µs"),
    ]
  }

  private func pause() throws -> [Figure] {
    func median(_ trials: Int, _ workers: Int, _ milliseconds: Int) throws -> [Double] {
      try times {
        try RateMeasurement(
          trials: trials, workers: workers, slots: 1, trialMilliseconds: milliseconds, parent: parent
        ).run().medianPauseMilliseconds
      }
    }
    let what = "worker free to trial received, median"
    return [
      Figure("idle coordinator: \(what)", try median(300, 1, 10), unit: "ms", target: .below(1)),
      Figure("busy coordinator, one slot a worker: \(what)", try median(10_000, workers, 0), unit: "ms"),
    ]
  }

  private func wholeRun() throws -> [Figure] {
    let peaks = try times {
      try WholeRunMeasurement(trials: 10_000, workers: 8, parent: parent, programs: programs).peakMemoryMiB()
    }
    return [
      Figure(
        "10000 trials with files, 8 workers: coordinator's peak memory", peaks, unit: "MiB",
        target: .below(40))
    ]
  }

  private func restart(trials: Int, workers: Int, memory: Double) throws -> [Figure] {
    let sizes = try times {
      try SizeMeasurement(trials: trials, workers: workers, parent: parent, programs: programs).run()
    }
    let what = "restart, \(trials) trials, \(workers) workers"
    return [
      Figure(
        "\(what): coordinator's peak memory", sizes.map(\.peakMemoryMiB), unit: "MiB", target: .below(memory)),
      Figure("\(what): first grant", sizes.map(\.restartSeconds), unit: "s", target: .below(2)),
      Figure("\(what): igr status", sizes.map(\.statusSeconds), unit: "s", target: .below(0.2)),
    ]
  }
}

func measure() throws -> Report {
  let parts = try Plan().parts
  let only = value(of: "only", or: "").split(separator: ",").map(String.init)
  if let unknown = only.first(where: { name in !parts.contains { $0.name == name } }) {
    throw Failure("--only: '\(unknown)' is none of \(parts.map(\.name).joined(separator: ", "))")
  }
  let loadBefore = Report.load
  var figures: [Figure] = []
  for part in parts where only.isEmpty || only.contains(part.name) {
    for figure in try part.measure() {
      // Past the C library's buffer: a measurement takes minutes.
      FileHandle.standardOutput.write(Data((figure.line + "\n").utf8))
      figures.append(figure)
    }
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
      trialMilliseconds: Int(value(of: "milliseconds", or: "0")) ?? 0,
      writesFiles: value(of: "files", or: "no") == "yes")
  default:
    let options = usage.matches(of: /--\w+/).map { String($0.output) }
    if let strange = arguments.first(where: { $0.hasPrefix("-") && !options.contains($0) }) {
      throw Failure("\(strange) is none of its options\n\(usage)")
    }
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
