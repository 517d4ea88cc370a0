extension ComparisonReport {
  /// LaTeX `table` environments for a document with `\usepackage{booktabs}`, ending in a newline.
  public var latex: String {
    "% Needs \\usepackage{booktabs} in the preamble.\n"
      + tables.map { heading, table in
        var lines = ["\\begin{table}", "  \\centering"]
        let caption = [heading + "."] + table.captionWithLegend("In bold") + table.notes.map { $0 + "." }
        lines.append("  \\caption{\(caption.map(Self.latexEscaped).joined(separator: " "))}")
        for (index, block) in TableLayout(table).blocks.enumerated() {
          if index > 0 { lines.append("\n  \\bigskip") }
          if let heading = block.heading {
            lines.append("  \\textit{\(Self.latexEscaped(heading))}\\\\[0.5ex]")
          }
          let columns = block.header.indices.map { $0 < block.nameCount ? "l" : "r" }.joined()
          lines += ["  \\begin{tabular}{\(columns)}", "    \\toprule"]
          lines.append(Self.latexRow(block.header.map(Self.latexText)))
          lines.append("    \\midrule")
          lines += block.lines.map { Self.latexRow($0.map(Self.latexText)) }
          lines += ["    \\bottomrule", "  \\end{tabular}"]
        }
        lines.append("\\end{table}")
        return lines.joined(separator: "\n") + "\n"
      }.joined(separator: "\n")
  }

  private static func latexRow(_ cells: [String]) -> String {
    "    " + cells.joined(separator: " & ") + " \\\\"
  }

  private static func latexText(_ header: TableLayout.Header) -> String {
    switch header {
    case .name(let name): latexEscaped(name)
    case .metric(let metric):
      "\(latexEscaped(metric.name)) $\\\(metric.better == .higher ? "uparrow" : "downarrow")$"
    }
  }

  private static func latexText(_ entry: TableLayout.Entry) -> String {
    switch entry {
    case .text(let text): latexEscaped(text)
    case .value(let rounded, let remark, let isBold):
      (isBold ? "$\\mathbf{\(latexValue(rounded))}$" : "$\(latexValue(rounded))$")
        + (remark.map { " (\(latexEscaped($0)))" } ?? "")
    }
  }

  private static func latexValue(_ rounded: Estimate.Rounded) -> String {
    let inner =
      switch rounded.spread {
      case .none: rounded.mean
      case .plusMinus(let half): "\(rounded.mean) \\pm \(half)"
      case .range(let low, let high): "\(rounded.mean)\\ [\(low), \(high)]"
      }
    guard rounded.exponent != 0 else { return inner }
    return (rounded.spread == .none ? inner : "(\(inner))") + " \\times 10^{\(rounded.exponent)}"
  }

  private static func latexEscaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "_", "&", "%", "$", "#", "{", "}": result += "\\\(character)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "±": result += "$\\pm$"
      case "–": result += "--"
      case "…": result += "\\ldots{}"
      case "\"": result += "\\textquotedbl{}"
      case "|": result += "\\textbar{}"
      default: result.append(character)
      }
    }
    return result
  }
}
