import Trials

/// How one format writes the parts of a table: names, numbers, what is best.
protocol CellNotation {
  /// Any text, so that the format takes nothing in it for its own.
  static func escaped(_ text: String) -> String
  /// The head of a column of numbers.
  static func metric(_ metric: Metric) -> String
  static func number(_ rounded: Estimate.Rounded, isBold: Bool) -> String
}

extension CellNotation {
  /// Which way is better, after a metric's name; nothing where neither is.
  static func arrow(_ metric: Metric, up: String = "↑", down: String = "↓") -> String {
    metric.ranksTrials ? " " + (metric.better == .higher ? up : down) : ""
  }

  static func header(_ block: TableLayout.Block) -> [String] {
    let names = block.header.compactMap { header -> String? in
      if case .name(let name) = header { name } else { nil }
    }
    return block.header.map { header in
      switch header {
      case .name(let name): escaped(name)
      // What was allowed stands beside what was used: n_required.
      case .metric(let metric): Self.metric(metric) + (names.contains(metric.name) ? " (measured)" : "")
      }
    }
  }

  static func lines(_ block: TableLayout.Block) -> [[String]] { block.lines.map { $0.map(entry) } }

  static func entry(_ entry: TableLayout.Entry) -> String {
    switch entry {
    case .text(let text): escaped(text)
    case .value(let rounded, let remark, let isBold):
      number(rounded, isBold: isBold) + (remark.map { " (\(escaped($0)))" } ?? "")
    }
  }
}
