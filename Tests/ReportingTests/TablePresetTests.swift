import Aggregation
import SweepFiles
import Testing
import Trials

@testable import Reporting

@Suite struct TablePresetTests {
  private func summaries(_ sweep: String, metrics: [String: Double] = [:]) throws -> [TrialSummary] {
    try SweepDefinition.parse(sweep, path: "sweep.yaml").plan { _ in "data" }.sweep.trials.map {
      TrialSummary(trial: $0, state: .completed, metrics: metrics)
    }
  }

  static let oneTemperature = """
    name: one
    base: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5}
    grid: {seed: [1, 2]}
    """

  @Test func namesAreDistinctAndListed() {
    let names = TablePreset.all.map(\.name)
    #expect(Set(names).count == names.count)
    let lines = TablePreset.list.split(separator: "\n")
    #expect(lines.count == names.count)
    #expect(lines.allSatisfy { $0.count <= 110 }, "\(lines)")
    #expect(TablePreset.all.flatMap(\.figures).allSatisfy(FigurePlan.everyName.contains))
  }

  @Test func anUnknownNameIsToldWithTheNearest() {
    let error = #expect(throws: TableRequest.OptionError.self) { try TablePreset.named("log-likelyhood") }
    #expect(
      error?.description
        == "--preset: unknown preset 'log-likelyhood'; did you mean 'log-likelihood'?; --preset list tells them all"
    )
  }

  static let misfits: [(String, String)] = [
    ("sop", "it needs experiment sop, this is vae"),
    ("mixtures", "it needs a model that is a mixture (DLGMM…)"),
    ("jointvae", "it needs trials with run_jv: true"),
    ("temperature", "it needs several values of temp, all trials have 0.5"),
    ("n_required", "it needs a model that is truncated (IGR_SB…, DLGMM_Var, DLGMM_IGR_SB)"),
    ("approximation", "it needs experiment approximation, this is vae"),
    (
      "gradients",
      "no finished trial has vanished_gradients; the sweep needs record: [gradients, vertex_distance]"
    ),
  ]

  @Test(arguments: misfits) func aSweepThatLacksSomethingIsToldWhat(_ name: String, _ message: String) throws
  {
    let summaries = try summaries(Self.oneTemperature)
    let error = #expect(throws: TableRequest.OptionError.self) {
      try TablePreset.named(name).request(for: summaries)
    }
    #expect(error?.description == "--preset \(name) does not fit this sweep: \(message)")
  }

  @Test func logLikelihoodIsByModelAndStickTheLanding() throws {
    let summaries = try summaries(
      """
      name: paper
      base: {temp: 0.5}
      cases:
        - {model_type: GS_Dis, stick_the_landing: true}
        - {model_type: GS_Dis, stick_the_landing: false}
        - {model_type: IGR_I_Dis, n_required: 9}
      grid: {dataset_name: [mnist, fmnist], architecture: [dense, dense_nonlinear], seed: [1, 2]}
      """, metrics: ["test_log_likelihood": -100])
    let request = try TablePreset.named("log-likelihood").request(for: summaries)
    let table = try ComparisonTable(of: summaries, sweep: "paper", request: request)
    #expect(table.rows.count == 3)
    #expect(table.rows[0] == [.string("GS_Dis"), .boolean(true)])
    #expect(table.columnNames == ["dataset_name", "architecture"])
    #expect(table.groups.count == 4)
    #expect(table.metrics == [.testLogLikelihood])
  }

  /// Every preset makes a table of the sweep that it is for.
  @Test(arguments: [
    ("sop", "{experiment: sop, dataset_name: mnist, model_type: GS, temp: 0.5}", "sample_size: [1, 5]"),
    ("mixtures", "{dataset_name: mnist, model_type: DLGMM}", "seed: [1, 2]"),
    (
      "jointvae", "{dataset_name: mnist, model_type: GS, temp: 0.5, run_jv: true, latent_norm_n: 4}",
      "seed: [1, 2]"
    ),
    ("temperature", "{dataset_name: mnist, model_type: GS_Dis}", "temp: [0.1, 0.5]"),
    ("n_required", "{dataset_name: mnist, model_type: IGR_SB_Dis, temp: 0.5}", "seed: [1, 2]"),
    ("approximation", "{experiment: approximation, model_type: GS, temp: 0.5}", "target: [uniform, poisson]"),
    ("prior-fit", "{experiment: prior_fit, model_type: IGR_I}", "temp: [0.1, 0.5]"),
    ("simplex-proximity", "{experiment: simplex_proximity, model_type: GS}", "temp: [0.1, 0.5]"),
    ("gradients", "{dataset_name: mnist, model_type: GS_Dis, record: [gradients]}", "temp: [0.1, 0.5]"),
    ("relax-toy", "{experiment: relax_toy}", "estimator: [rebar, relax]"),
    ("learning-curves", "{dataset_name: mnist, model_type: GS_Dis, temp: 0.5}", "seed: [1, 2]"),
    ("log-likelihood", "{dataset_name: mnist, model_type: VAE, latent_norm_n: 4}", "seed: [1, 2]"),
  ]) func fitsItsSweep(_ name: String, _ base: String, _ grid: String) throws {
    let metrics = Dictionary(Metric.all.map { ($0.name, 1.5) }) { $1 }
    let summaries = try summaries("name: s\nbase: \(base)\ngrid: {\(grid)}\n", metrics: metrics)
    let request = try TablePreset.named(name).request(for: summaries)
    let report = try ComparisonReport(of: summaries, sweep: "s", request: request)
    #expect(report.comparison.cells.joined().contains { $0?.estimates.first?.mean == 1.5 })
  }
}
