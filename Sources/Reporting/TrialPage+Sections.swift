import Figures
import ResultStore
import Trials

extension TrialPage {
  /// What was chosen first, then the defaults.
  func configurationLines(_ configuration: TrialConfiguration, _ width: Int) -> [String] {
    let values = configuration.values
    let chosen = Self.chosenNames(configuration)
    let known = Hyperparameter.all.map(\.name).filter { values[$0] != nil }
    func pair(_ name: String) -> String { "\(name) \(values[name]?.labelText ?? "")" }
    let first = known.filter(chosen.contains).map(pair)
    let rest = known.filter { !chosen.contains($0) }.map(pair)
    return Self.wrapped(first, width: width - 4)
      + (rest.isEmpty ? [] : ["defaults: "] + Self.wrapped(rest, width: width - 6).map { "  " + $0 })
  }

  /// Names that a sweep file must give, or whose value is not what it would be without being given.
  static func chosenNames(_ configuration: TrialConfiguration) -> Set<String> {
    let always: Set<String> = [
      "dataset_name", "model_type", "architecture", "temp", "seed", "target", "estimator", "n_required",
    ]
    let values = Dictionary(configuration.values.map { ($0.key, $0.value) }) { $1 }
    let required = values.filter {
      ["experiment", "dataset_name", "model_type", "temp", "target"].contains($0.key)
    }
    guard let plain = try? TrialConfiguration(validating: required) else {
      return Set(values.keys)
    }
    return always.union(values.filter { plain.values[$0.key] != $0.value }.keys)
  }

  static func wrapped(_ items: [String], width: Int) -> [String] {
    var lines: [String] = []
    for item in items {
      if let last = lines.last, last.count + 2 + item.count <= width {
        lines[lines.count - 1] = last + "  " + item
      } else {
        lines.append(item)
      }
    }
    return lines
  }

  var finalLines: [String] {
    let values = Dictionary(finals.map { ($0.name, $0.value) }) { $1 }
    let known = Metric.all.map(\.name)
    let width = finals.map(\.name.count).max() ?? 0
    return finals.sorted {
      (known.firstIndex(of: $0.name) ?? known.count) < (known.firstIndex(of: $1.name) ?? known.count)
    }.compactMap { name, value in
      if name == Metric.standardError.name || name == Metric.samples.name,
        values[Metric.testLogLikelihood.name] != nil
      {
        return nil
      }
      let padded = name + String(repeating: " ", count: width - name.count)
      guard !value.isNaN else { return "\(padded)  not measured" }
      let units = Metric.named(name).flatMap { $0.units == "1" ? nil : " " + $0.units } ?? ""
      var error = ""
      if name == Metric.testLogLikelihood.name, let standard = values[Metric.standardError.name],
        !standard.isNaN
      {
        let samples = values[Metric.samples.name].map { ", \(Int($0)) samples per image" } ?? ""
        error = " ± \(TerminalPlot.shortNumber(standard)) (standard error\(samples))"
      }
      return "\(padded)  \(TerminalPlot.shortNumber(value, digits: 7))\(units)\(error)"
    }
  }

  func curveLines(_ width: Int, _ style: TerminalPlot.Style) -> [String] {
    guard let metrics else { return [] }
    var lines: [String] = []
    for metric in Metric.all {
      guard let column = metrics[metric.name] else { continue }
      var points = zip(metrics.epochs, column).map { (x: Double($0), y: $1) }
      // Untrained networks are so far off that nothing else could be seen beside them.
      if trial.configuration.experiment.usesImages, points.count(where: { $0.y.isFinite }) > 2 {
        points.removeAll { $0.x == 0 }
      }
      let better = metric.ranksTrials ? ", \(metric.better.rawValue) is better" : ""
      let heading = "\(metric.name) by epoch\(metric.units == "1" ? "" : ", \(metric.units)")"
      let finite = points.filter(\.y.isFinite)
      // A line without a slope says no more than its number.
      if finite.count > 1, let value = finite.first?.y, finite.allSatisfy({ $0.y == value }) {
        lines.append("\(heading)\(better): \(TerminalPlot.shortNumber(value, digits: 7)) at each of them")
        continue
      }
      let plot = TerminalPlot(points).lines(width: min(width - 4, 76), height: 4, style: style)
      guard !plot.isEmpty else { continue }
      lines += ["\(heading)\(better)"] + plot
    }
    return lines
  }

  var attemptLines: [String] {
    attempts.flatMap { attempt in
      let end = attempt.endedUnixSeconds
      let span = end.map { Self.span($0 - attempt.startedUnixSeconds) } ?? "has not ended"
      let cause = attempt.cause?.text ?? (end == nil ? "running" : "end unknown")
      let memory = attempt.peakMemoryMiB.map { ", \(Int($0.rounded())) MiB" } ?? ""
      let line =
        "\(attempt.number)  \(cause)  \(attempt.host)  \(Self.time(attempt.startedUnixSeconds))  \(span)"
        + "  epochs \(attempt.firstEpoch)–\(attempt.lastEpoch)\(memory)"
      let isNew = !attempt.message.isEmpty && attempt.message != attempt.cause?.text
      return [line] + (isNew ? ["   " + attempt.message] : [])
    }
  }

  /// `2025-03-01 12:00:00 UTC`.
  static func time(_ unixSeconds: Double) -> String {
    UTCTime.text(unixSeconds: unixSeconds).prefix(19).map { $0 == "T" ? " " : String($0) }.joined() + " UTC"
  }

  static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(max(0, seconds).rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\((seconds / 360).rounded() / 10) h"
    }
  }
}
