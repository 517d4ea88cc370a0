import Testing
import Trials

@testable import SweepFiles

@Suite struct PriorFitTests {
  private func plan(_ text: String, set overrides: [String] = []) throws -> SweepPlan {
    try SweepDefinition.parse(text, path: "s.yaml", overrides: overrides).plan { $0.datasetName ?? "none" }
  }

  static let sweep = """
    name: s
    base: {dataset_name: mnist, prior: {fit: {target: uniform, temp: 0.01, iterations: 50}}}
    cases:
      - {model_type: IGR_I_Dis, n_required: 9}
      - {model_type: IGR_Planar_Dis, n_required: 9}
      - {model_type: IGR_SB_Finite_Dis, n_required: 9}
      - {model_type: IGR_I_Dis, n_required: 4}
    grid: {temp: [0.5, 1.0], seed: [1, 2]}

    """

  @Test func dependantsShareTheirFitAndWaitForIt() throws {
    let plan = try plan(Self.sweep)
    let sweep = plan.sweep
    let fits = sweep.trials.filter { sweep.fits.contains($0.id) }
    #expect(
      fits.map(plan.label) == [
        "prior_fit IGR_I n_required=9", "prior_fit IGR_SB_Finite n_required=9",
        "prior_fit IGR_I n_required=4",
      ])
    #expect(sweep.trials.prefix(3).map(\.id) == fits.map(\.id))
    #expect(fits.allSatisfy { $0.configuration.experiment == .priorFit && $0.configuration.epochs == 50 })
    #expect(fits.allSatisfy { $0.configuration.temperature == 0.01 && $0.dataDigest == "none" })
    #expect(sweep.compared.count == 16)
    let needs = sweep.compared.map { sweep.dependencies[$0.id] }
    #expect(needs[0] == [fits[0].id] && needs[4] == [fits[0].id])
    #expect(needs[8] == [fits[1].id] && needs[12] == [fits[2].id])
    #expect(sweep.compared[0].configuration.priorFit == fits[0].id)
    #expect(sweep.compared[0].configuration.prior == nil)
    #expect(plan.label(of: sweep.compared[0]) == "IGR_I_Dis temp=0.5 n_required=9 seed=1")
    #expect(sweep.selection == Objective(metric: .trainLoss, direction: .minimize))
  }

  @Test func theFitIsPartOfItsDependantsIdentity() throws {
    let ids = Set(try plan(Self.sweep).sweep.compared.map(\.id))
    let others = Set(
      try plan(Self.sweep.replacing("iterations: 50", with: "iterations: 51")).sweep.compared.map(\.id))
    #expect(ids.isDisjoint(with: others))
    let zeros = Set(try plan(Self.sweep, set: ["prior=zeros"]).sweep.trials.map(\.id))
    #expect(zeros.count == 16 && ids.isDisjoint(with: zeros))
  }

  @Test func aFitWithoutATemperatureTakesThatOfItsTrial() throws {
    let sweep = try plan(Self.sweep.replacing("temp: 0.01, ", with: "")).sweep
    #expect(sweep.fits.count == 6)
    for trial in sweep.compared {
      let fit = try #require(sweep.trials.first { $0.id == trial.configuration.priorFit })
      #expect(fit.configuration.temperature == trial.configuration.temperature)
    }
  }

  @Test func aTrialWithAFitReadsBack() throws {
    let trial = try plan(Self.sweep).sweep.compared[0]
    let back = try TrialConfiguration(canonicalJSON: trial.configuration.canonicalJSON)
    #expect(back == trial.configuration && back.priorFit == trial.configuration.priorFit)
  }

  @Test func aFitInAConditionAndInARule() throws {
    let some = try plan(
      Self.sweep + "exclude: [{model_type: IGR_Planar_Dis, prior: {fit: {temp: 0.01, iterations: 50}}}]\n")
    #expect(some.sweep.compared.count == 12)
    let without = try plan(Self.sweep + "when: [{if: {n_required: 4}, drop: [prior]}]\n")
    #expect(without.sweep.fits.count == 2)
    #expect(without.sweep.compared.last?.configuration.priorFit == nil)
  }

  @Test func aGridOfPriorsHasFitsAndZeros() throws {
    let plan = try plan(
      """
      name: s
      base: {dataset_name: mnist, model_type: IGR_I_Dis, temp: 1}
      grid: {prior: [zeros, {fit: {temp: 0.1}}, {fit: {temp: 0.2}}], seed: [1, 2]}
      """)
    #expect(plan.sweep.fits.count == 2)
    #expect(plan.sweep.compared.count == 6)
    #expect(plan.sweep.dependencies.count == 4)
    let label = plan.label(of: plan.sweep.compared[2])
    #expect(label == "prior=fit:\(plan.sweep.trials[0].id) seed=1")
  }
}
