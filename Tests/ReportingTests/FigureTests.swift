import Aggregation
import Figures
import FoundationEssentials
import ResultStore
import SweepFiles
import TestSupport
import Testing
import Trials

@testable import Reporting

/// From a results folder with real trial files to figures.
@Suite struct FigureTests {
  private static let imageSweep = """
    name: small
    base: {dataset_name: mnist, epochs: 2}
    cases: [{model_type: GS_Dis, n_required: 10}, {model_type: IGR_I_Dis, n_required: 9}]
    grid: {temp: [0.25, 0.5], seed: [1, 2]}
    """
  private static let fitSweep = """
    name: fits
    base: {experiment: approximation, n_required: 20, temp: 0.25, epochs: 2}
    cases: [{model_type: GS}, {model_type: IGR_I}]
    grid: {target: [poisson, binomial], seed: [1, 2]}
    """

  private func trials(_ sweepFile: String) throws -> [Trial] {
    try SweepDefinition.parse(sweepFile, path: "sweep.yaml").plan { $0.dataDigest { _ in "data" } }.sweep
      .trials
  }

  /// A folder with one file per trial of a sweep, but for those that `record` leaves out.
  private func withResults(
    _ sweepFile: String, _ record: (Int, Trial) -> TrialRecord?,
    _ body: (RunPaths, SweepResults) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(
        root: folder + "/small", source: SweepSource(sweepFile: sweepFile, overrides: []))
      for (index, trial) in try trials(sweepFile).enumerated() {
        guard let record = record(index, trial) else { continue }
        try TrialFile.write(record, to: paths.trialFile(trial.id))
      }
      try body(paths, try SweepResults.read(paths))
    }
  }

  private func record(
    _ trial: Trial, epochs: [[String: Double]], finals: [Metric: Double] = [:], tensors: [NamedTensor] = []
  ) -> TrialRecord {
    var metrics = EpochTable(names: trial.configuration.metricsPerEpoch.map(\.name))
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for (epoch, row) in epochs.enumerated() {
      metrics.append(epoch: Int32(epoch), row)
      timing.append(epoch: Int32(epoch), ["seconds": 1])
    }
    return TrialRecord(
      trial: trial, sweep: "small", state: .completed, engineVersion: "0.1.0", gitRevision: "r",
      metrics: metrics, finals: trial.configuration.metricsAtEnd.map { ($0.name, finals[$0] ?? .nan) },
      tensors: tensors, timing: timing,
      attempts: [
        AttemptRecord(
          number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "h",
          startedUnixSeconds: 0, endedUnixSeconds: 1, cause: .completed, lastEpoch: 2)
      ])
  }

  /// Losses 100, 101, … in the order of the plan.
  private func image(_ index: Int, _ trial: Trial) -> TrialRecord {
    let loss = 100 + Double(index)
    return record(
      trial,
      epochs: [
        ["test_elbo": -500], ["train_loss": loss + 50, "test_elbo": -loss - 40],
        ["train_loss": loss, "test_elbo": -loss],
      ], finals: [.testLogLikelihood: -loss + 2])
  }

  private func rows(_ figure: NamedFigure?) throws -> [[String]] {
    try #require(figure).figure.csv.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func curvesAreMeansOverSeedsOfTheChosenTemperature() throws {
    try withResults(Self.imageSweep, image) { paths, results in
      let figures = try results.figures(from: paths)
      #expect(
        figures.map(\.name) == [
          "test_elbo_by_epoch", "train_loss_by_epoch", "test_log_likelihood_by_temp",
        ])
      let csv = try rows(figures.first)
      #expect(
        csv[0] == [
          "model_type", "dataset_name", "architecture", "temp", "metric", "units", "epoch", "value", "low",
          "high", "n",
        ])
      // The lower loss is that of the first temperature, of seeds 1 and 2; epoch 0 is left out.
      #expect(csv.count == 5)
      #expect(csv[1].prefix(8) == ["GS_Dis", "mnist", "dense", "0.25", "test_elbo", "nats", "1.0", "-140.5"])
      #expect(
        csv[4].prefix(8) == ["IGR_I_Dis", "mnist", "dense", "0.25", "test_elbo", "nats", "2.0", "-104.5"])
      let expected = Estimate(of: [-140, -141])
      #expect(Double(csv[1][8]) == -140.5 - (expected.halfWidth ?? .nan))
      #expect(Double(csv[1][9]) == -140.5 + (expected.halfWidth ?? .nan))
      #expect(csv[1][10] == "2")
      let svg = figures[0].figure.svg
      for text in ["GS_Dis, temp 0.25", "small: test_elbo by epoch", "All 8 trials completed."] {
        #expect(svg.contains(text), "\(text)")
      }
    }
  }

  @Test func finalMetricsAreDrawnAgainstTheTemperature() throws {
    try withResults(Self.imageSweep, image) { paths, results in
      let figure = try results.figures(from: paths).first { $0.name == "test_log_likelihood_by_temp" }
      let csv = try rows(figure)
      let places = csv.dropFirst().map { [$0[0], $0[5], $0[6], $0[9]] }
      #expect(csv[0][5] == "temp")
      #expect(
        places == [
          ["GS_Dis", "0.25", "-98.5", "2"], ["GS_Dis", "0.5", "-100.5", "2"],
          ["IGR_I_Dis", "0.25", "-102.5", "2"], ["IGR_I_Dis", "0.5", "-104.5", "2"],
        ])
    }
  }

  @Test func missingTrialsAreLeftOutAndCounted() throws {
    // Seed 2 of the first model and all of the second at 0.5.
    let missing: Set<Int> = [1, 6, 7]
    try withResults(Self.imageSweep, { missing.contains($0) ? nil : image($0, $1) }) { paths, results in
      let figures = try results.figures(from: paths)
      let csv = try rows(figures.first { $0.name == "test_log_likelihood_by_temp" })
      #expect(
        csv.dropFirst().map { [$0[0], $0[5], $0[9]] } == [
          ["GS_Dis", "0.25", "1"], ["GS_Dis", "0.5", "2"], ["IGR_I_Dis", "0.25", "2"],
        ])
      #expect(csv[1][7] == "" && csv[1][8] == "")
      let series = figures.last?.figure.panels[0].series ?? []
      #expect(series.map { $0.points.map(\.isPartial) } == [[true, false], [false]])
      let caption = try #require(figures.last).figure.caption.joined(separator: " ")
      #expect(caption.contains("n = 1 to 2") && caption.contains("5 of 8 trials completed"))
    }
  }

  @Test func nothingFinishedGivesNoFigure() throws {
    try withResults(Self.imageSweep, { _, _ in nil }) { paths, results in
      let written = try results.writeFigures(to: paths)
      #expect(written == [])
      #expect(!FileManager.default.fileExists(atPath: paths.figuresFolder))
    }
  }

  @Test func histogramsAreTheTensorsOfTheFirstSeed() throws {
    func fit(_ index: Int, _ trial: Trial) -> TrialRecord {
      let count = trial.configuration.latentDiscreteN
      func tensor(_ name: String, _ first: Float) -> NamedTensor {
        NamedTensor(
          name: "histogram/" + name, axes: ["category", "variable"], shape: [count, 1],
          values: (0..<count).map { first + Float($0) + Float(index) / 8 })
      }
      return record(
        trial, epochs: [["target_distance": 3], ["target_distance": 0.1], ["target_distance": 0.02]],
        finals: [.targetDistance: 0.02],
        tensors: [tensor("target", 0.5), tensor("before", 0.25), tensor("after", 0.125)])
    }
    try withResults(Self.fitSweep, fit) { paths, results in
      let figures = try results.figures(from: paths)
      #expect(figures.map(\.name) == ["target_distance_by_epoch", "histograms"])
      #expect(figures[0].figure.panels.map(\.heading) == ["target\u{A0}poisson", "target\u{A0}binomial"])
      #expect(figures[0].figure.panels.allSatisfy { $0.series.count == 2 && $0.series[0].points.count == 3 })
      let panels = figures[1].figure.panels
      #expect(panels.count == 4)
      #expect(
        panels.map { $0.series.map(\.name) } == Array(repeating: ["target", "before", "after"], count: 4))
      // Plan order: model, target, seed.
      for (panel, index) in zip(panels, [0, 2, 4, 6]) {
        #expect(panel.series[2].points[3].y == 3.125 + Double(index) / 8, "\(panel.heading ?? "")")
        #expect(panel.series[0].keys.contains(Figure.Key("seed", "1")))
      }
      let csv = try rows(figures[1])
      #expect(csv[0].contains("histogram") && csv[0].contains("target") && csv[0].contains("category"))
    }
  }

  @Test func recordedGradientsAreDrawnAgainstTheTemperature() throws {
    let summaries = try trials(Self.imageSweep).enumerated().map { index, trial in
      TrialSummary(
        trial: trial, state: .completed,
        metrics: ["gradient_variance": Double(index + 1), "vertex_distance": 0.5, "train_loss": 1], cause: nil
      )
    }
    let results = SweepResults(sweep: "s", summaries: summaries, unreadable: [], unplanned: [])
    let figures = try SweepFigures(results, RunPaths(root: "/nowhere")).byTemperature()
    #expect(figures.map(\.name) == ["gradient_variance_by_temp", "vertex_distance_by_temp"])
    #expect(figures[0].figure.panels[0].series.map { $0.points.map(\.y) } == [[1.5, 3.5], [5.5, 7.5]])
    #expect(figures[0].figure.panels[0].y.scale == .logarithmic)
  }

  @Test func simplexProximityHasAPanelForEachMeasure() throws {
    let sweep = """
      name: near
      base: {experiment: simplex_proximity, n_required: 9}
      cases: [{model_type: GS}, {model_type: IGR_I}]
      grid: {temp: [0.1, 0.5, 1]}
      """
    let summaries = try trials(sweep).map { trial in
      let value = trial.configuration.temperature
      return TrialSummary(
        trial: trial, state: .completed,
        metrics: [
          "vertex_distance_median": value, "vertex_distance_p10": value / 4, "vertex_distance_p20": value / 2,
          "vertex_distance_deviation": 1 - value,
        ], cause: nil)
    }
    let results = SweepResults(sweep: "s", summaries: summaries, unreadable: [], unplanned: [])
    let figures = try results.figures(from: RunPaths(root: "/nowhere"))
    #expect(figures.map(\.name) == ["vertex_distance_by_temp"])
    let panels = figures[0].figure.panels
    #expect(
      panels.map(\.y.name) == [
        "vertex_distance_median", "vertex_distance_p20", "vertex_distance_p10", "vertex_distance_deviation",
      ])
    #expect(panels[1].series[1].points.map(\.y) == [0.05, 0.25, 0.5])
  }

  @Test func theToyComparesItsEstimators() throws {
    let sweep = """
      name: toy
      base: {experiment: relax_toy, epochs: 1}
      grid: {estimator: [reinforce, rebar, relax], seed: [1, 2]}
      """
    func toy(_ index: Int, _ trial: Trial) -> TrialRecord {
      let variance = ["gradient_variance": 0.001 * Double(index + 1), "expected_loss": 0.3]
      return record(trial, epochs: [variance, variance])
    }
    try withResults(sweep, toy) { paths, results in
      let figures = try results.figures(from: paths)
      #expect(figures.map(\.name) == ["expected_loss_by_epoch", "gradient_variance_by_epoch"])
      #expect(figures[1].figure.panels[0].series.map(\.name) == ["reinforce", "rebar", "relax"])
      #expect(figures[1].figure.panels[0].series.allSatisfy { $0.points.map(\.x) == [0, 1] })
    }
  }

  @Test func manyLinesGoOnInFurtherFilesAndTheRestIsCounted() throws {
    let sweep = """
      name: wide
      base: {dataset_name: mnist, model_type: GS_Dis, epochs: 1}
      grid: {temp: [0.1, 0.5], learning_rate: [\((1...30).map { "\($0)e-3" }.joined(separator: ", "))]}
      """
    let summaries = try trials(sweep).map { trial in
      TrialSummary(
        trial: trial, state: .completed, metrics: ["train_loss": 1, "test_log_likelihood": -1], cause: nil)
    }
    let results = SweepResults(sweep: "s", summaries: summaries, unreadable: [], unplanned: [])
    let figures = try SweepFigures(results, RunPaths(root: "/nowhere")).byTemperature()
    let name = "test_log_likelihood_by_temp"
    #expect(figures.map(\.name) == [name, name + "-2", name + "-3", name + "-4"])
    #expect(figures.allSatisfy { $0.figure.panels.count == 6 })
    #expect(figures[3].figure.title.hasSuffix("(4 of 4)"))
    #expect(figures.allSatisfy { $0.figure.caption.contains { $0.hasPrefix("6 more are left out") } })
  }

  @Test func linesBeyondEightPartIntoPages() {
    let layout = FigurePages(rowCount: 19, groupCount: 2) { row, group in row != 3 || group == 0 }
    #expect(layout.pages.map(\.rows) == [0..<8, 8..<16, 16..<19])
    #expect(layout.pages.allSatisfy { $0.groups == [0, 1] })
    #expect(layout.leftOut == 0)
    // Without a line in a group, the page has no panel for it.
    let sparse = FigurePages(rowCount: 9, groupCount: 3) { row, group in row == 8 ? group == 2 : group < 2 }
    #expect(sparse.pages.map(\.groups) == [[0, 1], [2]])
    let wide = FigurePages(rowCount: 64, groupCount: 1) { _, _ in true }
    #expect(wide.pages.count == 4 && wide.leftOut == 32)
  }

  @Test func pdfIsMadeByAProgramOrNotThere() throws {
    try withTemporaryFolder { folder in
      let paths = RunPaths(root: folder)
      try paths.makeFiguresFolder()
      let figure = NamedFigure(name: "a", figure: Figure(title: "t", caption: [], panels: []))
      let pdf = paths.figure("a", .pdf)
      func program(_ text: String) throws -> PDFConverter {
        let path = folder + "/rsvg-convert"
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return PDFConverter(searchPath: "/nowhere:\(folder)")
      }
      _ = try figure.write(to: paths, program("echo %PDF $1 $(basename $2)"))
      #expect(FileManager.default.contents(atPath: pdf) == Data("%PDF --format=pdf a.svg\n".utf8))
      // What could show older numbers does not stay.
      for broken in ["echo %PDF; exit 1", "echo something else", "kill -9 $$"] {
        _ = try figure.write(to: paths, program("echo %PDF"))
        #expect(FileManager.default.fileExists(atPath: pdf))
        _ = try figure.write(to: paths, program(broken))
        #expect(!FileManager.default.fileExists(atPath: pdf), "\(broken)")
      }
      #expect(!PDFConverter(searchPath: "/nowhere").isThere)
      _ = try figure.write(to: paths, PDFConverter(searchPath: ""))
      #expect(FileManager.default.fileExists(atPath: paths.figure("a", .svg)))
    }
  }

  @Test func filesOfAnEarlierTimeDoNotStay() throws {
    try withResults(Self.imageSweep, image) { paths, results in
      let written = try results.writeFigures(to: paths)
      #expect(written.count == 3 && written.allSatisfy { $0.hasPrefix(paths.tablesFolder + "/figures/") })
      let first = try written.map { try Data(contentsOf: URL(filePath: $0)) }
      #expect(try results.writeFigures(to: paths) == written)
      #expect(try written.map { try Data(contentsOf: URL(filePath: $0)) } == first)
      // A page that there is no more, and a file of somebody else.
      for name in ["test_elbo_by_epoch-2.svg", "test_elbo_by_epoch-2.csv", "mine.svg"] {
        try Data("old".utf8).write(to: URL(filePath: paths.figuresFolder + "/" + name))
      }
      try results.writeFigures(to: paths)
      let names = try FileManager.default.contentsOfDirectory(atPath: paths.figuresFolder)
      // PDF files are there only where rsvg-convert is.
      let others = names.filter { !$0.hasSuffix(".pdf") }
      #expect(others.count == 7 && others.contains("mine.svg") && !names.contains { $0.contains("-2") })
    }
  }
}
