import Trials

/// The tables of one sweep: the comparison, and beside it every value of what the comparison chose among.
public struct ComparisonReport: Sendable {
  public let sweep: String
  public private(set) var comparison: ComparisonTable
  /// One row per row and selected value; nil where nothing was chosen.
  public let everyValue: ComparisonTable?

  /// - Parameters:
  ///   - summaries: every planned trial once, those without a result in the state they are in.
  ///   - sweep: the sweep's name.
  /// - Throws: `AggregationError`.
  public init(
    of summaries: [TrialSummary], sweep: String, request: TableRequest = TableRequest()
  ) throws(AggregationError) {
    self.sweep = sweep
    comparison = try ComparisonTable(of: summaries, sweep: sweep, request: request)
    let hasChosen = comparison.cells.contains { $0.contains { ($0?.candidateCount ?? 0) > 1 } }
    guard hasChosen else {
      everyValue = nil
      return
    }
    var every = request
    every.rows = comparison.rowNames + comparison.select
    every.select = []
    // Ranking every value by test figures would choose by them.
    every.isRanked = false
    everyValue = try ComparisonTable(of: summaries, sweep: sweep, request: every)
  }

  /// The report with a note in front of those of its first table.
  public func adding(note: String) -> ComparisonReport {
    var report = self
    report.comparison.notes.insert(note, at: 0)
    return report
  }

  /// Heading, table, and the notes that no table before it has told, in the order of the page.
  var tables: [(heading: String, table: ComparisonTable, newNotes: [String])] {
    let best =
      comparison.select.isEmpty || everyValue == nil
      ? "" : ", best \(comparison.select.joined(separator: ", "))"
    let first = [("\(sweep): comparison\(best)", comparison, comparison.notes)]
    guard let everyValue else { return first }
    let notes = everyValue.notes.filter { !comparison.notes.contains($0) }
    return first + [("\(sweep): every \(comparison.select.joined(separator: ", "))", everyValue, notes)]
  }
}
