import FoundationEssentials
import Testing
import Trials

@testable import Aggregation

/// Whole pages against Tests/Golden/Aggregation. After an intended change, accept the new text with
/// `IGR_ACCEPT_GOLDEN=1 swift test --filter RenderingTests` and read the difference before committing it.
@Suite struct RenderingTests {
  private static func unfinished() throws -> [TrialSummary] {
    var summaries = try Summaries.quickstart()
    summaries[1] = try Summaries.one(temp: 0.25, seed: 2, state: .failed, cause: .killedBySignal(9))
    summaries[5] = try Summaries.one("IGR_I_Dis", temp: 0.25, seed: 2, state: .running)
    summaries[7].metrics["test_elbo"] = .nan
    return summaries
  }
  private static func twoDataSets() throws -> [TrialSummary] {
    try ["mnist", "fmnist"].flatMap { data in
      try Summaries.quickstart().map { summary in
        var values = summary.trial.configuration.values.dictionary
        values["dataset_name"] = .string(data)
        values["likelihood"] = nil
        values["binarization"] = nil
        let trial = Trial(
          configuration: try TrialConfiguration(validating: values), dataDigest: "data", threads: 1)
        return TrialSummary(trial: trial, state: summary.state, metrics: summary.metrics)
      }
    }
  }

  private static func pages() throws -> [String: ComparisonReport] {
    [
      "finished": try ComparisonReport(of: Summaries.quickstart(), sweep: "quickstart"),
      "unfinished": try ComparisonReport(of: unfinished(), sweep: "quickstart"),
      "two-data-sets": try ComparisonReport(of: twoDataSets(), sweep: "two_data_sets"),
      "one-metric": try ComparisonReport(
        of: twoDataSets(), sweep: "two_data_sets", request: TableRequest(metrics: [.testLogLikelihood])),
      "bootstrap": try ComparisonReport(
        of: Summaries.quickstart(), sweep: "quickstart",
        request: TableRequest(metrics: [.testLogLikelihood], interval: .bootstrap())),
      "tiny-and-huge": try ComparisonReport(
        of: [(1, 3.2e-9, 4.1e12), (2, 2.9e-9, 4.4e12)].map { seed, variance, loss in
          try Summaries.one(seed: seed, metrics: ["gradient_variance": variance, "train_loss": loss])
        } + [try Summaries.one("IGR_I_Dis", metrics: ["gradient_variance": 1.25e-7, "train_loss": 2])],
        sweep: "extremes", request: TableRequest(metrics: [.gradientVariance, .trainLoss])),
      "hostile-names": try ComparisonReport(
        of: [("a_b & 50% of $x", 1.0), ("#1 {y} \\z ~ ^ | <i> \"q\" é 模型", 2)].map { name, loss in
          try Summaries.one(
            changes: ["dataset_name": .string("hdf5:/\(name).h5")], metrics: ["train_loss": loss])
        }, sweep: "a_b & 50% of $x #1 {y} \\z ~ ^ | \"q\", <i>",
        request: TableRequest(metrics: [.trainLoss, .testELBO])),
      "list-values": try ComparisonReport(
        of: [("gradients", 1.0), ("vertex_distance", 2)].map { name, loss in
          try Summaries.one(changes: ["record": .list([.string(name)])], metrics: ["train_loss": loss])
        }, sweep: "lists", request: TableRequest(rows: ["record"], metrics: [.trainLoss])),
      "one-seed": try ComparisonReport(of: [Summaries.quickstart()[0]], sweep: "one"),
      "nothing": try ComparisonReport(of: [Summaries.one(state: .pending)], sweep: "nothing"),
    ]
  }

  @Test(arguments: [
    "finished", "unfinished", "two-data-sets", "one-metric", "one-seed", "nothing", "bootstrap",
    "tiny-and-huge", "hostile-names", "list-values",
  ])
  func isAsAccepted(_ name: String) throws {
    let report = try #require(try Self.pages()[name])
    try expectGolden(report.markdown, "\(name).md")
    try expectGolden(report.csv, "\(name).csv")
    try expectGolden(report.latex, "\(name).tex")
    try expectGolden(report.plainText, "\(name).txt")
    try expectGolden(report.json, "\(name).json")
    try expectGolden(report.html, "\(name).html")
  }

  private func expectGolden(_ text: String, _ file: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/Aggregation")
    let url = folder.appending(path: file)
    if ProcessInfo.processInfo.environment["IGR_ACCEPT_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    let accepted = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    #expect(
      text == accepted, "\(file) differs; accept with IGR_ACCEPT_GOLDEN=1 swift test --filter RenderingTests")
  }

  /// Nothing that a person can choose may break a format.
  @Test func namesAreEscaped() throws {
    let hostile = "a_b & 50% of $x #1 {y} \\z ~ ^ | \"q\", <i>"
    let report = try ComparisonReport(of: [Summaries.one(metrics: ["train_loss": 1])], sweep: hostile)
    #expect(
      report.latex.contains(
        "\\caption{a\\_b \\& 50\\% of \\$x \\#1 \\{y\\} \\textbackslash{}z \\textasciitilde{} \\textasciicircum{} \\textbar{} {\\char34}q{\\char34}, \\textless{}i\\textgreater{}"
      ))
    #expect(
      report.html.contains("<title>a_b &amp; 50% of $x #1 {y} \\z ~ ^ | &quot;q&quot;, &lt;i&gt;</title>"))
    #expect(report.markdown.hasPrefix("## a_b & 50% of $x #1 {y} \\\\z ~ ^ \\| \"q\", \\<i\\>: comparison\n"))
  }

  @Test func theJSONIsJSONWithTheNumbersOfTheCSV() throws {
    struct Page: Decodable {
      struct Table: Decodable { let table: String, caption: [String], notes: [String] }
      struct Row: Decodable { let metric: String, mean: Double?, n: Int, modelType: String, temp: Double? }
      let sweep: String, tables: [Table], rows: [Row]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let page = try decoder.decode(
      Page.self, from: Data(try #require(Self.pages()["unfinished"]).json.utf8))
    #expect(page.sweep == "quickstart")
    #expect(page.tables.map(\.table) == ["comparison", "every_value"])
    #expect(page.tables[0].notes.contains("1 failed: GS_Dis temp=0.25 seed=2 (killed by signal 9)"))
    #expect(page.rows[0].metric == "test_log_likelihood" && page.rows[0].modelType == "GS_Dis")
  }

  @Test func aMetricIsToldFromTheHyperparameterOfItsName() throws {
    let report = try ComparisonReport(
      of: [Summaries.one(metrics: ["n_required": 4])], sweep: "s",
      request: TableRequest(rows: ["n_required"], metrics: [.nRequired]))
    #expect(report.markdown.contains("| n_required | temp | n | n_required (measured) |"))
    #expect(report.latex.contains("    n\\_required & temp & n & n\\_required (measured) \\\\"))
  }

  /// RFC 4180: what is between quotes is one field, with quotes doubled.
  @Test func namesAreQuotedInCSV() throws {
    let file = "hdf5:/my, \"raw\" data.h5"
    let report = try ComparisonReport(
      of: [
        Summaries.one(changes: ["dataset_name": .string(file)], metrics: ["train_loss": 1]),
        Summaries.one(metrics: ["train_loss": 2]),
      ], sweep: "a,b", request: TableRequest(metrics: [.trainLoss]))
    let lines = report.csv.split(separator: "\n")
    #expect(lines[0].hasPrefix("table,model_type,temp,dataset_name,architecture,"))
    #expect(lines[1].hasPrefix("comparison,GS_Dis,0.5,\"hdf5:/my, \"\"raw\"\" data.h5\",dense,"))
    #expect(lines[2].hasPrefix("comparison,GS_Dis,0.5,mnist,dense,"))
  }

  /// Early stopping warns of every trial that it ends; those are in no mean, and are named once.
  @Test func whatIsInNoMeanIsNamedOnceAndWarnsOfNothing() throws {
    var summaries = try Summaries.quickstart()
    summaries[2] = try Summaries.one(temp: 0.5, seed: 1, state: .pruned, cause: .pruned)
    summaries[2].warnings = ["ended at epoch 3 of 12"]
    summaries[3].warnings = ["sticks end too early"]
    let text = try ComparisonReport(of: summaries, sweep: "quickstart").plainText
    #expect(text.contains("- warning: GS_Dis temp=0.5 seed=2: sticks end too early\n"))
    #expect(!text.contains("epoch 3"))
    #expect(text.components(separatedBy: "- 1 pruned: GS_Dis temp=0.5 seed=1\n").count == 2, "\(text)")
  }

  /// No line is wider than the terminal; where not even one column fits beside the names, a row is a paragraph.
  @Test func aNarrowTerminalGetsAList() throws {
    for name in ["finished", "unfinished", "two-data-sets", "one-metric", "tiny-and-huge", "bootstrap"] {
      for width in [40, 48, 60] {
        let lines = try #require(try Self.pages()[name]).plainText(width: width).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= width }, "\(name): \(lines.filter { $0.count > width })")
      }
    }
    let text = try #require(try Self.pages()["unfinished"]).plainText(width: 48)
    #expect(
      text.contains(
        """
        GS_Dis, temp 0.25, n 1 of 2: 1 failed
          test_log_likelihood -116.00
          test_elbo -118.75
          test_elbo_discrete_kl -120.25
          train_loss 118.25
        """), "\(text)")
  }

  /// A terminal of 80 columns shows no line that it must break.
  @Test(arguments: [80, 120]) func fitsTheTerminal(_ width: Int) throws {
    for name in ["finished", "unfinished", "two-data-sets"] {
      let lines = try #require(try Self.pages()[name]).plainText(width: width).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width }, "\(name): \(lines.filter { $0.count > width })")
      #expect(lines.contains { $0.contains("test_elbo_discrete_kl") && $0.hasPrefix("model_type") })
    }
  }

  @Test func everyLineOfTheCSVHasAsManyFields() throws {
    for (name, report) in try Self.pages() {
      let counts = Set(
        report.csv.split(separator: "\n").map { line in
          // Commas inside quotes part no fields.
          line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 0 }.map { $0.element.count { $0 == "," } }.reduce(0, +)
        })
      #expect(counts.count == 1, "\(name)")
    }
  }
}
