import Foundation

/// docs/results-format.md as its tables and examples say it.
struct ResultsFormatPage {
  /// Rows whose first column is an object's path; attributes follow after `@`.
  var rows: [(path: String, form: String)]
  /// Python examples.
  var examples: [String]

  static func read() throws -> ResultsFormatPage {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let text = try String(contentsOf: root.appending(path: "docs/results-format.md"), encoding: .utf8)
    var rows: [(path: String, form: String)] = []
    for line in text.split(separator: "\n") where line.hasPrefix("| `/") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      rows.append((cells[0].trimmingCharacters(in: ["`"]), cells[1]))
    }
    let examples = text.components(separatedBy: "```python\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    return ResultsFormatPage(rows: rows, examples: examples)
  }

  /// Whether a path of the page, with its `<…>` parts, is this path of a file.
  static func matches(_ pattern: String, _ path: String) -> Bool {
    let parts = pattern.split(omittingEmptySubsequences: false) { "/@".contains($0) }
    let found = path.split(omittingEmptySubsequences: false) { "/@".contains($0) }
    return pattern.contains("@") == path.contains("@") && parts.count == found.count
      && zip(parts, found).allSatisfy { $0.hasPrefix("<") || $0 == $1 }
  }
}
