extension SweepResults.LeftOutFile {
  /// For a person: a line for each file, one line for many that have the same reason, and at most 20 lines.
  public static func lines(of files: [Self]) -> [String] {
    let reasons = Dictionary(grouping: files, by: \.reason)
    var told: Set<String> = []
    var lines: [String] = []
    for file in files {
      let alike = reasons[file.reason] ?? []
      guard alike.count > 3 else {
        lines.append("left out: \(file)")
        continue
      }
      guard told.insert(file.reason).inserted else { continue }
      let names = alike.prefix(3).map(\.path.withVisibleControls).joined(separator: ", ")
      lines.append(
        "left out: \(alike.count) files, each of which \(file.reason.withVisibleControls): \(names) and"
          + " \(alike.count - 3) more")
    }
    let limit = 20
    guard lines.count > limit else { return lines }
    return lines.prefix(limit - 1) + ["left out: \(lines.count - limit + 1) more for reasons of their own"]
  }
}
