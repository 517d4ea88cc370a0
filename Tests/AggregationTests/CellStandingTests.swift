import Testing
import Trials

@testable import Aggregation

@Suite struct CellStandingTests {
  private func cell(_ values: [Double]) -> [ComparisonTable.Key: Double] {
    Dictionary(uniqueKeysWithValues: values.enumerated().map { ([.integer($0)], $1) })
  }
  private func places(_ cells: [[Double]], better: Metric.Better = .higher) -> [CellStanding.Place?] {
    CellStanding.ranking(cells.map(cell), better: better).map { $0?.place }
  }

  @Test func theBestAndWhatDoesNotDifferAreBold() {
    let cells = [[-100.0, -101, -99], [-100.2, -100.5, -99.4], [-120.1, -121, -119.2]]
    #expect(places(cells) == [.best, .notDifferent, .worse])
    #expect(CellStanding.ranking(cells.map(cell), better: .higher).map { $0?.isBold } == [true, true, false])
    #expect(places(cells.map { $0.map(-) }, better: .lower) == [.best, .notDifferent, .worse])
  }

  /// SciPy's ttest_rel: p = 0.0153 alone is a difference; as one of four tests it is none (Holm: 0.061).
  @Test func manyTestsAreCorrectedFor() {
    let best = [10.0, 10.5, 9.5], other = [9.0, 9.0, 8.0]
    #expect(places([best, other]) == [.best, .worse])
    #expect(places([best, other, [9, 10.6, 9.1], [9.9, 9.9, 9.8], [9.8, 9.9, 9.9]])[1] == .notDifferent)
  }

  @Test func aSingleValueIsNeitherBestNorTestedWhereOthersAreRepeated() {
    #expect(places([[5, 5.5], [100]]) == [.best, .untested])
    #expect(places([[5], [100]]) == [.untested, .best])
  }

  @Test func nothingToCompareIsNotRanked() {
    #expect(places([[1, 2]]) == [nil])
    #expect(places([[1, 2], []]) == [nil, nil])
    #expect(places([[], []]) == [nil, nil])
    #expect(places([[1, 2], [], [0, 1.5]]) == [.best, nil, .notDifferent])
  }

  /// Rows of other temperatures stand apart in some tables: "the best of each column" would not be true.
  @Test func theCaptionSaysWithinWhatCellsAreRanked() throws {
    let table = try ComparisonTable(
      of: Summaries.quickstart(), sweep: "s",
      request: TableRequest(rows: ["model_type", "temp"], metrics: [.testELBO], select: [], apart: ["temp"]))
    #expect(table.legend?.hasPrefix("the best of each column within each temp, and what does not") == true)
    let plain = try ComparisonTable(of: Summaries.quickstart(), sweep: "s")
    #expect(plain.legend?.hasPrefix("the best of each column, and what does not") == true)
  }

  @Test func cellsOfOtherProblemsAreNotComparedWithEachOther() throws {
    var summaries: [TrialSummary] = []
    for (data, offset) in [("mnist", 0.0), ("fmnist", -500)] {
      for (model, shift) in [("GS_Dis", 0.0), ("IGR_I_Dis", -30)] {
        for seed in 1...3 {
          summaries.append(
            try Summaries.one(
              model, seed: seed, changes: ["dataset_name": .string(data)],
              metrics: ["test_elbo": offset + shift + Double(seed)]))
        }
      }
    }
    let table = try ComparisonTable(
      of: summaries, sweep: "s",
      request: TableRequest(rows: ["dataset_name", "model_type"], metrics: [.testELBO]))
    #expect(
      table.cells.map { $0[0]?.standings[0]?.place } == [.best, .worse, .best, .worse],
      "\(table.rows.map { ComparisonTable.text($0) })")
    #expect(
      table.legend?.hasPrefix(
        "the best of each column within each dataset_name, and what does not differ from it at 5 %") == true)
  }
}
