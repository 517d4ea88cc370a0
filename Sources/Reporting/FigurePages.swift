import Figures

/// How the lines of a figure part into files: at most so many lines to a panel and panels to a file that a reader
/// can tell them apart, and at most so many files that a large sweep does not drown its folder.
struct FigurePages {
  static let panelsPerPage = 6
  static let pageLimit = 4
  /// Histograms have one panel per fitted relaxation and target: enough for the published approximations.
  static let histogramPageLimit = 10

  struct Page {
    let rows: Range<Int>
    let groups: [Int]
  }

  let pages: [Page]
  /// Lines of no page.
  let leftOut: Int

  /// - Parameters:
  ///   - rowCount: lines that a panel may have.
  ///   - groupCount: panels, before `panelsPerGroup` parts each.
  ///   - isThere: whether there is something to draw for a row and a group.
  init(
    rowCount: Int, groupCount: Int, panelsPerGroup: Int = 1, isThere: (_ row: Int, _ group: Int) -> Bool
  ) {
    let groupsPerPage = max(1, Self.panelsPerPage / panelsPerGroup)
    var all: [(page: Page, lines: Int)] = []
    for start in stride(from: 0, to: rowCount, by: Figure.styleCount) {
      let rows = start..<min(start + Figure.styleCount, rowCount)
      let groups = (0..<groupCount).filter { group in rows.contains { isThere($0, group) } }
      for first in stride(from: 0, to: groups.count, by: groupsPerPage) {
        let some = Array(groups[first..<min(first + groupsPerPage, groups.count)])
        let lines = some.reduce(0) { sum, group in sum + rows.count { isThere($0, group) } }
        all.append((Page(rows: rows, groups: some), lines))
      }
    }
    pages = all.prefix(Self.pageLimit).map(\.page)
    leftOut = all.dropFirst(Self.pageLimit).reduce(0) { $0 + $1.lines }
  }

  /// The name of a page's files.
  static func name(_ name: String, page: Int) -> String { page == 0 ? name : "\(name)-\(page + 1)" }

  /// Figures of one name, a page each, that tell which of how many they are and what is not there.
  static func named(
    _ name: String, title: String, caption: [String], pages: [[Figure.Panel]], leftOut: Int
  ) -> [NamedFigure] {
    pages.enumerated().map { index, panels in
      let place = pages.count > 1 ? " (\(index + 1) of \(pages.count))" : ""
      let rest = leftOut > 0 ? ["\(leftOut) more are left out of the figures; the table has them all."] : []
      return NamedFigure(
        name: Self.name(name, page: index),
        figure: Figure(title: title + place, caption: caption + rest, panels: panels))
    }
  }
}
