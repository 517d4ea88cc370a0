import HDF5
import TestSupport
import Testing
import Trials

@testable import ResultStore

@Suite struct ResultsFormatPageTests {
  /// Attributes that dimension scales keep for themselves.
  private static let ofScales = ["CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"]

  /// Every group, dataset and attribute of a file by path, with its form in the page's words.
  private func forms(of file: HDF5File) throws -> [String: String] {
    var forms: [String: String] = [:]
    func addAttributes(of holder: some AttributeHolder) throws {
      for name in try holder.attributeNames() where !Self.ofScales.contains(name) {
        let path = holder.path == "/" ? "/@\(name)" : "\(holder.path)@\(name)"
        forms[path] = try holder.attributeForm(name).type?.rawValue ?? "?"
      }
    }
    func add(_ group: Group) throws {
      try addAttributes(of: group)
      for member in try group.members() {
        if member.kind == .group {
          let inner = try group.group(member.name)
          forms[inner.path] = "group"
          try add(inner)
        } else {
          let dataset = try group.dataset(member.name)
          let axes = try dataset.isScale() ? "scale" : "[\(dataset.axisNames().joined(separator: ", "))]"
          let type = try dataset.form().type?.rawValue ?? "?"
          forms[dataset.path] = try dataset.form().shape.isEmpty ? type : "\(type) \(axes)"
          try addAttributes(of: dataset)
        }
      }
    }
    try add(file.root)
    return forms
  }

  @Test func thePageAndTheFilesNameTheSameThings() throws {
    try withTemporaryFolder { folder in
      let rows = try ResultsFormatPage.read().rows
      let hyperparameters = Set(Hyperparameter.all.map(\.name))
      var paths: Set<String> = []
      for (number, record) in try Sample.recordsOfEveryKind().enumerated() {
        let file = "\(folder)/\(number).h5"
        try TrialFile.write(record, to: file)
        #expect(try TrialFile.read(file).warnings == record.warnings)
        for (path, form) in try forms(of: HDF5File(openingAt: file)) {
          paths.insert(path)
          // The exact row goes before one with a placeholder.
          let row = rows.first { $0.path == path } ?? rows.first { ResultsFormatPage.matches($0.path, path) }
          guard let row else {
            Issue.record("the page does not name \(path) (\(form))")
            continue
          }
          #expect(row.form == form || row.form.offers(form), "\(path): page \(row.form), file \(form)")
          if row.path == "/@<hyperparameter>" { #expect(hyperparameters.contains(String(path.dropFirst(2)))) }
        }
      }
      for row in rows {
        #expect(paths.contains { ResultsFormatPage.matches(row.path, $0) }, "no file has \(row.path)")
      }
    }
  }

  @Test func thePageHasTheVersionAndTheMetrics() throws {
    let rows = try ResultsFormatPage.read().rows
    for metric in Metric.perEpoch { #expect(rows.contains { $0.path == "/metrics/\(metric.name)" }) }
    for metric in Metric.atEnd { #expect(rows.contains { $0.path == "/final/\(metric.name)" }) }
  }
}

extension String {
  /// Whether `choice` is one of the choices of a cell like `text or int8`.
  fileprivate func offers(_ choice: String) -> Bool {
    split(separator: " or ").map(String.init).contains(choice)
  }
}
