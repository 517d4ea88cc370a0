import Reporting
import ResultStore
import Trials

// Where the numbers come from, and how to get them again.

extension SweepPage {
  var environmentParts: [HTML] {
    guard !origins.isEmpty else { return [] }
    let ordered = results.summaries.compactMap { origins[$0.trial.id] }
    let last = ordered.compactMap(\.attempts.last)
    var lines: [(String, [HTML])] = [
      ("hosts", Self.counted(last.map(\.host))), ("CPU", Self.counted(last.map(\.cpu))),
      ("BLAS", Self.counted(last.map(\.blas))),
      ("BLAS threads", Self.counted(last.map { String($0.threads) })),
      ("igr", Self.counted(ordered.map(\.engineVersion))),
      ("git revision", Self.counted(ordered.map(\.gitRevision))),
      ("HDF5", Self.counted(ordered.map(\.hdf5Version))),
      ("data", dataLines),
    ]
    lines += timeLines(ordered)
    return [
      .paragraph("Of \(Self.which(results)); in brackets how many, where there is more than one answer."),
      .element(
        "dl", [:],
        lines.filter { !$0.1.isEmpty }.flatMap { name, values in
          [
            HTML.element("dt", [:], HTML(name)),
            .element("dd", [:], HTML(markup: values.map(\.text).joined(separator: "<br>"))),
          ]
        }),
    ]
  }

  private static func which(_ results: SweepResults) -> String {
    let completed = results.summaries.count { $0.state == .completed }
    return completed > originLimit
      ? "the first \(originLimit) of \(completed) completed trials" : "the completed trials"
  }

  private var dataLines: [HTML] {
    var seen: Set<[String]> = []
    return results.summaries.filter { $0.state == .completed }.compactMap { summary in
      guard let name = summary.trial.configuration.datasetName else { return nil }
      guard seen.insert([name, summary.trial.dataDigest, summary.dataSource]).inserted else { return nil }
      let source = summary.dataSource.isEmpty ? "" : " (\(summary.dataSource))"
      return HTML(name + source + ", SHA-256 ") + .code(summary.trial.dataDigest)
    }
  }

  private func timeLines(_ origins: [TrialOrigin]) -> [(String, [HTML])] {
    let attempts = origins.flatMap(\.attempts)
    guard let first = attempts.map(\.startedUnixSeconds).min(),
      let last = attempts.compactMap(\.endedUnixSeconds).max()
    else { return [] }
    let work = attempts.reduce(0) {
      $0 + max(0, ($1.endedUnixSeconds ?? $1.startedUnixSeconds) - $1.startedUnixSeconds)
    }
    let memory = attempts.compactMap(\.peakMemoryMiB).max()
    return [
      (
        "time",
        [HTML("\(Self.minute(first)) to \(Self.minute(last)); \(Self.span(work)) of work in all attempts")]
      ),
      ("peak memory", memory.map { [HTML("\(Int($0.rounded(.up))) MiB for one trial")] } ?? []),
    ]
  }

  var repeatingParts: [HTML] {
    guard let source else {
      return [.paragraph("The folder has no sweep file, so only its trial files tell how they were made.")]
    }
    let datasets = Set(results.summaries.compactMap(\.trial.configuration.datasetName)).sorted()
    let fetched = datasets.filter { !$0.hasPrefix("hdf5:") }
    let options = source.overrides.map { " --set \(Self.shellQuoted($0))" }.joined()
    var commands = revisionCommand.map { [$0] } ?? []
    if !fetched.isEmpty {
      commands.append("igr data fetch " + fetched.map(Self.shellQuoted).joined(separator: " "))
    }
    commands.append("igr run sweep.yaml\(options)")
    return [
      .paragraph(
        "With this sweep file and these commands, on the same CPU type and BLAS, every number is the same bit for bit."
      ),
      .preformatted(commands.joined(separator: "\n")), .element("h3", [:], HTML("sweep.yaml")),
      .preformatted(source.sweepFile),
    ]
  }

  /// Of the revision that most results come from.
  private var revisionCommand: String? {
    var counts: [String: Int] = [:]
    for origin in origins.values { counts[origin.gitRevision, default: 0] += 1 }
    guard let revision = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { return nil }
    let commit = revision.prefix { $0 != "+" }
    let remark = commit.count < revision.count ? "of igr, which had uncommitted changes" : "of igr"
    return "git checkout \(Self.shellQuoted(String(commit)))   # \(remark); then: make build"
  }

  /// Different texts in the order of their first use, with how often each came.
  private static func counted(_ texts: [String]) -> [HTML] {
    var counts: [(text: String, count: Int)] = []
    for text in texts where !text.isEmpty {
      if let index = counts.firstIndex(where: { $0.text == text }) {
        counts[index].count += 1
      } else {
        counts.append((text, 1))
      }
    }
    return counts.map { HTML(counts.count == 1 ? $0.text : "\($0.text) (\($0.count))") }
  }

  /// Seconds as "45 s", "12 min", "3.5 h".
  private static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\(Double(Int((seconds / 360).rounded())) / 10) h"
    }
  }

  private static func shellQuoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.isASCII
        && ($0.properties.isAlphabetic || $0.properties.numericType != nil
          || "=._-+:/,".unicodeScalars.contains($0))
    }
    return isPlain && !text.isEmpty
      ? text
      : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
