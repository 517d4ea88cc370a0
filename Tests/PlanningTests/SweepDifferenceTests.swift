import Planning
import SweepFiles
import Testing
import Trials

@Suite struct SweepDifferenceTests {
  private func plan(_ grid: String, base: String = "") throws -> SweepPlan {
    try SweepDefinition.parse(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis\(base)}\ngrid: {\(grid)}\n", path: "s.yaml"
    ).plan { _ in "d" }
  }

  @Test func whatIsNewKeptToRunAgainAndNoLongerNamed() throws {
    let old = try plan("temp: [0.1, 0.2, 0.3], seed: [1, 2]")
    let new = try plan("temp: [0.2, 0.3, 0.4], seed: [1, 2]")
    // One of temp 0.2, both of 0.3 and one of 0.1 have a result.
    let published = Set([0, 2, 4, 5].map { old.sweep.trials[$0].id })
    let difference = SweepDifference(from: old, to: new, published: published)
    #expect(difference.new == ["temp=0.4 seed=1", "temp=0.4 seed=2"])
    #expect(difference.kept == ["temp=0.2 seed=1", "temp=0.3 seed=1", "temp=0.3 seed=2"])
    #expect(difference.again == ["temp=0.2 seed=2"])
    #expect(difference.retired.map(\.label) == ["temp=0.1 seed=1", "temp=0.1 seed=2"])
    #expect(difference.retired.map(\.hasResult) == [true, false])
    #expect(difference.changes.isEmpty && !difference.isOfSettingsAlone)
    #expect(
      difference.text == """
          2 new: temp=0.4 seed=1, temp=0.4 seed=2
          3 kept, with their results: temp=0.2 seed=1, temp=0.3 seed=1, temp=0.3 seed=2
          1 to run again, without a result so far: temp=0.2 seed=2
          2 no longer named: temp=0.1 seed=1, temp=0.1 seed=2
            1 of them have results, which stay in the folder and are counted nowhere
        """)
  }

  @Test func aChangeOfEveryTrialIsNamed() throws {
    let old = try plan("temp: [0.1, 0.2]", base: ", epochs: 10")
    let new = try plan("temp: [0.1, 0.2]", base: ", epochs: 20, batch_n: 50")
    let difference = SweepDifference(from: old, to: new, published: [])
    #expect(difference.changes.map(\.name) == ["batch_n", "epochs"])
    #expect(difference.text.contains("every trial changes: epochs was 10, is 20"))
    #expect(difference.text.contains("every trial changes: batch_n was 100, is 50"))
  }

  @Test func settingsChangeNoTrial() throws {
    let plan = try plan("temp: [0.1]")
    let difference = SweepDifference(from: plan, to: plan, published: [plan.sweep.trials[0].id])
    #expect(difference.isOfSettingsAlone && difference.kept.count == 1)
  }

  @Test func withoutTheOldFileResultsCountNevertheless() throws {
    let new = try plan("temp: [0.1, 0.2]")
    let difference = SweepDifference(from: nil, to: new, published: [new.sweep.trials[0].id])
    #expect(difference.kept == ["temp=0.1"] && difference.new == ["temp=0.2"])
  }
}
