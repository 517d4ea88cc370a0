import Trials

/// A table as header and lines of cells, before a format writes it.
///
/// With several metrics each column group is a block of its own with the metrics side by side; with one metric the
/// groups lie side by side in one block.
struct TableLayout {
  enum Header {
    case name(String)
    case metric(Metric)
  }
  enum Entry {
    case text(String)
    case value(Estimate.Rounded, remark: String?, isBold: Bool)
  }
  struct Block {
    /// Nil where the caption says all.
    let heading: String?
    let header: [Header]
    let lines: [[Entry]]
    /// How many columns at the left are names, not numbers.
    let nameCount: Int
  }

  let blocks: [Block]

  init(_ table: ComparisonTable) {
    if table.metrics.count == 1, table.groups.count > 1 {
      blocks = [Self.sideBySide(table)]
    } else {
      blocks = table.groups.indices.map { Self.block(table, group: $0) }
    }
  }

  private static func block(_ table: ComparisonTable, group: Int) -> Block {
    let names = table.rowNames + table.select
    let lines = table.rows.indices.compactMap { row -> [Entry]? in
      guard let cell = table.cells[row][group] else { return nil }
      let chosen = cell.chosen ?? table.select.map { _ in nil }
      return (table.rows[row] + chosen).map { .text(ComparisonTable.text($0)) } + [.text(cell.counts.text)]
        + cell.estimates.indices.map { entry($0, of: cell, details: []) }
    }
    return Block(
      heading: table.groups.count > 1 ? heading(table, group) : nil,
      header: names.map(Header.name) + [.name("n")] + table.metrics.map(Header.metric), lines: lines,
      nameCount: names.count + 1)
  }

  /// What the cells of each row share, chosen values and counts, stands once beside the row's name.
  private static func sideBySide(_ table: ComparisonTable) -> Block {
    func isShared<Value: Hashable>(_ value: (ComparisonTable.Cell) -> Value) -> Bool {
      table.cells.allSatisfy { line in Set(line.compactMap { $0.map(value) }).count <= 1 }
    }
    let sharesChoice = !table.select.isEmpty && isShared(\.chosen)
    let sharesCount = isShared(\.counts.text)
    let lines = table.rows.indices.map { row in
      let first = table.cells[row].lazy.compactMap(\.self).first
      let chosen = sharesChoice ? first?.chosen ?? table.select.map { _ in nil } : []
      return (table.rows[row] + chosen).map { Entry.text(ComparisonTable.text($0)) }
        + (sharesCount ? [.text(first?.counts.text ?? "")] : [])
        + table.cells[row].map { cell in
          guard let cell else { return .text("") }
          let choices = zip(table.select, cell.chosen ?? []).map { "\($0) \(ComparisonTable.text($1))" }
          return entry(
            0, of: cell,
            details: (sharesChoice ? [] : choices) + (sharesCount ? [] : ["n " + cell.counts.text]))
        }
    }
    let names = table.rowNames + (sharesChoice ? table.select : []) + (sharesCount ? ["n"] : [])
    return Block(
      heading: table.metrics.first?.name,
      header: names.map(Header.name) + table.groups.map { .name(ComparisonTable.text($0)) }, lines: lines,
      nameCount: names.count)
  }

  private static func heading(_ table: ComparisonTable, _ group: Int) -> String {
    zip(table.columnNames, table.groups[group]).map { "\($0) \(ComparisonTable.text($1))" }.joined(
      separator: ", ")
  }

  private static func entry(_ metric: Int, of cell: ComparisonTable.Cell, details: [String]) -> Entry {
    var details = details
    let estimate = cell.estimates[metric]
    // Told where the metric has fewer values than the cell has finished trials.
    let isPartlyMeasured = estimate.count < cell.counts.completed && cell.chosen != nil
    if isPartlyMeasured { details.append("\(cell.counts.completed - estimate.count) not measured") }
    let remark = details.isEmpty ? nil : details.joined(separator: ", ")
    guard let rounded = estimate.rounded else { return .text("–" + (remark.map { " (\($0))" } ?? "")) }
    return .value(rounded, remark: remark, isBold: cell.standings[metric]?.isBold == true)
  }
}
