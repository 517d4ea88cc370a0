import Foundation

// Measures the coordinator and its ledger with trials that do nothing: real processes, loopback TCP, the ledger on disk.
// `igr-scale-benchmark [--trials N] [--workers N] [--slots N] [--folder DIR] [--json FILE]` prints a table.
// The other words are roles that it starts itself.

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

do {
  switch arguments.first {
  case "coordinate":
    try CoordinatorRole.run(
      folder: value(of: "folder", or: ""), endpointFile: value(of: "endpoint-file", or: ""))
  case "work":
    try WorkerRole.run(
      endpoint: value(of: "endpoint", or: ""), folder: value(of: "folder", or: ""),
      slots: try count(of: "slots", or: 1), trialMilliseconds: Int(value(of: "milliseconds", or: "0")) ?? 0)
  default:
    let measurement = ScaleMeasurement(
      trials: try count(of: "trials", or: 100_000), workers: try count(of: "workers", or: 8),
      slots: try count(of: "slots", or: 16), parent: value(of: "folder", or: NSTemporaryDirectory()))
    let report = try measurement.run()
    print(report.table)
    let file = value(of: "json", or: "")
    if !file.isEmpty {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(fileURLWithPath: file))
    }
  }
} catch {
  FileHandle.standardError.write(Data("igr-scale-benchmark: \(error)\n".utf8))
  exit(4)
}
