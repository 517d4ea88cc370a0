import Foundation
import Planning
import ResultStore
import SweepFiles
import Testing
import Trials

@Suite struct PlanEstimateTests {
  private func trials(_ text: String) throws -> [Trial] {
    try SweepDefinition.parse("name: s\n" + text, path: "s.yaml").plan { _ in "d" }.sweep.trials
  }

  private static let small =
    "base: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5, epochs: 10}\ngrid: {seed: [1, 2]}\n"

  private func costs(_ seconds: [Double], bytes: Int = 1 << 20) throws -> TrialCosts {
    var costs = TrialCosts()
    for (trial, seconds) in zip(try trials(Self.small), seconds) {
      costs.add(TrialCost(trial: trial, coreSeconds: seconds, byteCount: bytes), in: "results/a")
    }
    return costs
  }

  @Test func aTrialCostsWhatOthersTookInProportionToItsEpochs() throws {
    let costs = try costs([100, 300])
    let longer = try trials(Self.small.replacing("epochs: 10", with: "epochs: 30, learning_rate: 0.1"))[0]
    let estimate = try #require(costs.estimate(of: longer.configuration))
    // Mean 200 s of ten epochs.
    #expect(estimate.coreSeconds == 600)
    #expect(estimate.byteCount == 1_048_576)
    #expect(estimate.basis == 2 && estimate.folders == ["results/a"])
  }

  @Test func otherSizesOfTheSameModelAreNearEnoughAndOtherDataIsNot() throws {
    let costs = try costs([100])
    let wider = try trials(Self.small.replacing("temp: 0.5", with: "temp: 0.5, n_required: 20"))[0]
    #expect(costs.estimate(of: wider.configuration)?.coreSeconds == 100)
    // Half as many steps.
    let batches = try trials(Self.small.replacing("temp: 0.5", with: "temp: 0.5, batch_n: 200"))[0]
    #expect(costs.estimate(of: batches.configuration)?.coreSeconds == 50)
    for other in ["dataset_name: mnist", "model_type: GS_Dis"] {
      let text = Self.small.replacing(
        other, with: other.hasPrefix("d") ? "dataset_name: fmnist" : "model_type: IGR_I_Dis")
      #expect(costs.estimate(of: try trials(text)[0].configuration) == nil)
    }
  }

  @Test func aPlanIsToldByModelWithWhatIsLeft() throws {
    let text = """
      base: {dataset_name: mnist, temp: 0.5, epochs: 10}
      cases: [{model_type: GS_Dis}, {model_type: IGR_I_Dis}]
      grid: {seed: [1, 2]}
      """
    let trials = try trials(text)
    let estimate = PlanEstimate(
      of: trials, done: [trials[0].id], costs: try costs([3600, 3600]), byteCount: { _ in 524_288 })
    #expect(
      estimate.text == """
        costs      trials  done  core-hours each  in all  left  MiB each  MiB in all
        GS_Dis          2     1                1       2     1         1           2
        IGR_I_Dis       2     0                ?       ?     ?       0.5           1
        total           4     1                1     ≥ 2   ≥ 1      0.75           3
        Core-hours as finished trials of the same model, architecture and data took, in results/a; unknown where there \
        is none. Sizes are those of their files, else computed from the shapes of the arrays.
        """)
    struct Read: Decodable {
      struct Model: Decodable {
        var modelType: String
        var coreHours: Double?
        var diskMib: Double
      }
      var trials: Int
      var coreHours: Double
      var coreHoursLeft: Double
      var coreHoursKnownTrials: Int
      var diskMeasuredTrials: Int
      var folders: [String]
      var models: [Model]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let read = try decoder.decode(Read.self, from: Data(estimate.json.utf8))
    #expect(read.trials == 4 && read.coreHours == 2 && read.coreHoursLeft == 1)
    #expect(read.coreHoursKnownTrials == 2 && read.diskMeasuredTrials == 2)
    #expect(read.folders == ["results/a"])
    #expect(read.models.map(\.modelType) == ["GS_Dis", "IGR_I_Dis"])
    #expect(read.models[1].coreHours == nil && read.models[1].diskMib == 1)
  }

  @Test func nothingIsKnownWithoutAFinishedTrial() throws {
    let estimate = PlanEstimate(
      of: try trials(Self.small), done: [], costs: TrialCosts(), byteCount: { _ in nil })
    #expect(
      estimate.text == """
        costs   trials  done  core-hours each  in all  left  MiB each  MiB in all
        GS_Dis       2     0                ?       ?     ?         ?           ?
        Core-hours are unknown: no trial of this model, architecture and data has finished here.
        """)
    #expect(estimate.json.contains("\"core_hours\": null"))
  }
}
