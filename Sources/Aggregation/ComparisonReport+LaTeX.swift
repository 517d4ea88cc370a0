import Trials

extension ComparisonReport {
  /// LaTeX `table` environments for a document with `\usepackage{booktabs}`, ending in a newline.
  public var latex: String {
    "% Needs \\usepackage{booktabs} in the preamble.\n"
      + tables.map { heading, table, _ in
        // Each has all of its notes: they part ways in a paper.
        var lines = ["\\begin{table}", "  \\centering"]
        let caption = [heading + "."] + table.captionWithLegend("In bold") + table.notes.map { $0 + "." }
        lines.append("  \\caption{\(caption.map(LaTeXNotation.escaped).joined(separator: " "))}")
        for (index, block) in TableLayout(table).blocks.enumerated() {
          if index > 0 { lines.append("\n  \\bigskip") }
          if let heading = block.heading {
            lines.append("  \\textit{\(LaTeXNotation.escaped(heading))}\\\\[0.5ex]")
          }
          let columns = block.header.indices.map { $0 < block.nameCount ? "l" : "r" }.joined()
          lines += ["  \\begin{tabular}{\(columns)}", "    \\toprule"]
          lines.append(Self.latexRow(LaTeXNotation.header(block)))
          lines.append("    \\midrule")
          lines += LaTeXNotation.lines(block).map(Self.latexRow)
          lines += ["    \\bottomrule", "  \\end{tabular}"]
        }
        lines.append("\\end{table}")
        return lines.joined(separator: "\n") + "\n"
      }.joined(separator: "\n")
  }

  private static func latexRow(_ cells: [String]) -> String {
    let row = cells.joined(separator: " & ")
    // The end of the row before would take these for its own options.
    let guarded = row.hasPrefix("[") || row.hasPrefix("*") ? "{}" + row : row
    return "    \(guarded) \\\\"
  }
}

/// LaTeX with nothing but booktabs.
private enum LaTeXNotation: CellNotation {
  static func metric(_ metric: Metric) -> String {
    escaped(metric.name) + arrow(metric, up: "$\\uparrow$", down: "$\\downarrow$")
  }

  static func number(_ rounded: Estimate.Rounded, isBold: Bool) -> String {
    isBold ? "$\\mathbf{\(number(rounded))}$" : "$\(number(rounded))$"
  }

  private static func number(_ rounded: Estimate.Rounded) -> String {
    let inner =
      switch rounded.spread {
      case .none: rounded.mean
      case .plusMinus(let half): "\(rounded.mean) \\pm \(half)"
      case .range(let low, let high): "\(rounded.mean)\\ [\(low), \(high)]"
      }
    guard rounded.exponent != 0 else { return inner }
    return (rounded.spread == .none ? inner : "(\(inner))") + " \\times 10^{\(rounded.exponent)}"
  }

  /// Text that every engine sets.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "_", "&", "%", "$", "#", "{", "}": result += "\\\(scalar)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "<": result += "\\textless{}"
      case ">": result += "\\textgreater{}"
      case "±": result += "$\\pm$"
      case "–": result += "--"
      case "…": result += "\\ldots{}"
      // \textquotedbl needs T1; this character is some quotation mark in every encoding.
      case "\"": result += "{\\char34}"
      case "|": result += "\\textbar{}"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
      // pdfTeX stops at characters that it has no font for; the other engines have \Umathchar, and fonts to choose.
      case _ where scalar.value > 0x17F:
        result +=
          "\\ifdefined\\Umathchar \(scalar)\\else[U+\(String(scalar.value, radix: 16, uppercase: true))]\\fi{}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
