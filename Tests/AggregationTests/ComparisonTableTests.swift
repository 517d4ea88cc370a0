import Testing
import Trials

@testable import Aggregation

@Suite struct ComparisonTableTests {
  private func table(
    _ summaries: [TrialSummary], _ request: TableRequest = TableRequest()
  ) throws -> ComparisonTable {
    try ComparisonTable(of: summaries, sweep: "s", request: request)
  }
  private func cell(_ table: ComparisonTable, _ row: Int = 0, _ group: Int = 0) throws -> ComparisonTable.Cell
  {
    try #require(table.cells[row][group])
  }

  @Test func theTrainingLossChoosesWhereNothingWasHeldOut() throws {
    let table = try table(Summaries.quickstart())
    #expect(table.selectionMetric == .trainLoss)
    #expect(table.rows == [[.string("GS_Dis")], [.string("IGR_I_Dis")]])
    #expect(table.columnNames == ["dataset_name", "architecture"])
    #expect(try cell(table, 0).chosen == [.real(0.25)])
    #expect(try cell(table, 1).chosen == [.real(0.5)])
    #expect(try cell(table, 0).candidateCount == 2)
    // Metrics in the order of the request: the first is test_log_likelihood.
    #expect(try cell(table, 0).estimates[0].mean == -(118.25 + 119.5) / 2 + 2.25)
    #expect(table.notes == [])
  }

  @Test func heldOutImagesChooseWhereEveryTrialHasThem() throws {
    var summaries = try Summaries.quickstart()
    for index in summaries.indices {
      // Higher is better, and opposite to the training loss.
      summaries[index].metrics["val_elbo"] = summaries[index].metrics["train_loss"]
    }
    let table = try table(summaries)
    #expect(table.selectionMetric == .valELBO)
    #expect(try cell(table, 0).chosen == [.real(0.5)])
    summaries[3].metrics["val_elbo"] = nil
    #expect(try self.table(summaries).selectionMetric == .trainLoss)
  }

  @Test func aTestMetricNeverChooses() throws {
    for metric in Metric.all where metric.isMeasuredOnTestImages {
      let error = #expect(throws: AggregationError.self) {
        try table(Summaries.quickstart(), TableRequest(by: metric))
      }
      #expect(error?.code == .request)
      #expect(error?.description.contains("measured on test images, which must not choose") == true)
    }
  }

  @Test func aTestMetricChoosesWhereThatIsAllowedAndSaidSo() throws {
    let table = try table(
      Summaries.quickstart(), TableRequest(by: .testELBO, allowsTestSelection: true))
    #expect(try cell(table, 0).chosen == [.real(0.25)])
    #expect(table.caption.contains { $0.contains("BY TEST IMAGES, as --allow-test-selection asked") })
  }

  @Test func theOnlyMetricOfTheCellDoesNotChoose() throws {
    let request = TableRequest(metrics: [.trainLoss], by: .trainLoss)
    let error = #expect(throws: AggregationError.self) { try table(Summaries.quickstart(), request) }
    #expect(error?.description.hasPrefix("train_loss would both choose and be shown") == true)
    var allowed = request
    allowed.allowsTestSelection = true
    let flattered = try self.table(Summaries.quickstart(), allowed)
    #expect(flattered.caption.contains("The choice flatters the column of train_loss itself."))
  }

  @Test func theTableIsOfTheTrialsThatTheFilterKeeps() throws {
    let filter = try TrialFilter(["temp=0.50", "temp=0.25", "model_type=IGR_I_Dis"])
    let table = try table(Summaries.quickstart(), TableRequest(filter: filter))
    #expect(table.rows == [[.string("IGR_I_Dis")]])
    #expect(try cell(table).candidateCount == 2)
    #expect(table.caption.contains("Only trials with temp = 0.50 or 0.25, model_type = IGR_I_Dis."))
  }

  @Test func aFilterThatLeavesNothingIsRefused() throws {
    let unknown = TableRequest(filter: try TrialFilter(["temp=0.3"]))
    let error = #expect(throws: AggregationError.self) { try table(Summaries.quickstart(), unknown) }
    #expect(
      error?.description
        == "--where temp=0.3: no trial has that value; there are 0.25, 0.5; did you mean '0.5'?")
    let none = TableRequest(filter: try TrialFilter(["temp=0.25", "model_type=GS_Dis"]))
    let two = [try Summaries.one(temp: 0.25, metrics: [:]), try Summaries.one("IGR_I_Dis", temp: 0.5)]
    #expect(throws: Never.self) { try table(two, none) }
    let apart = TableRequest(filter: try TrialFilter(["temp=0.5", "model_type=GS_Dis"]))
    let empty = #expect(throws: AggregationError.self) { try table(two, apart) }
    #expect(empty?.description == "--where: no trial has all of temp = 0.5, model_type = GS_Dis")
  }

  /// Whatever varies beside the columns that were asked for still parts the cells.
  @Test func columnsAreThoseAskedForAndWhateverElseVaries() throws {
    var summaries: [TrialSummary] = []
    for data in ["mnist", "fmnist"] {
      for rate in [1e-3, 1e-4] {
        summaries.append(
          try Summaries.one(changes: ["learning_rate": .real(rate), "dataset_name": .string(data)]))
      }
    }
    #expect(
      try table(summaries, TableRequest(columns: ["learning_rate"])).columnNames
        == ["learning_rate", "dataset_name"])
    let error = #expect(throws: AggregationError.self) {
      try table(summaries, TableRequest(columns: ["model_type"]))
    }
    #expect(error?.description.hasPrefix("'model_type' cannot both make columns and make rows") == true)
    #expect(throws: AggregationError.self) { try table(summaries, TableRequest(columns: ["datset_name"])) }
  }

  @Test func finishedTrialsWithoutAMetricAreNamed() throws {
    let summaries = [
      try Summaries.one(seed: 1, metrics: ["test_elbo": -5]),
      try Summaries.one(seed: 2, metrics: ["test_elbo": .nan]),
    ]
    let table = try table(summaries, TableRequest(metrics: [.testELBO, .vertexDistance]))
    #expect(
      table.notes == [
        "1 completed without a finite test_elbo: seed=2", "no completed trial has vertex_distance",
      ])
  }

  @Test func aMetricThatNobodyHasCannotChoose() throws {
    let error = #expect(throws: AggregationError.self) {
      try table(Summaries.quickstart(), TableRequest(by: .valELBO))
    }
    #expect(error?.description == "no finished trial has val_elbo; it needs validation_n in the sweep file")
  }

  @Test func onlyCompletedTrialsAreInAMean() throws {
    let loss = { (value: Double) in ["train_loss": value] }
    let summaries = [
      try Summaries.one(seed: 1, metrics: loss(100)), try Summaries.one(seed: 2, metrics: loss(102)),
      try Summaries.one(seed: 3, state: .failed, cause: .nan, metrics: loss(1)),
      try Summaries.one(seed: 4, state: .pruned, metrics: loss(1)),
      try Summaries.one(seed: 5, state: .running, metrics: loss(1)),
      try Summaries.one(seed: 6, state: .pending),
      try Summaries.one(seed: 7, state: .cancelled), try Summaries.one(seed: 8, state: .leased),
    ]
    let table = try table(summaries, TableRequest(metrics: [.trainLoss]))
    let cell = try cell(table)
    #expect(cell.estimates[0].mean == 101)
    #expect(cell.counts.text == "2 of 8: 1 failed, 1 pruned, 1 cancelled, 2 running, 1 missing")
    #expect(
      table.notes == [
        "1 failed: seed=3 (nan)", "1 pruned: seed=4", "1 cancelled: seed=7", "1 not finished: seed=5",
        "1 not finished: seed=8", "1 without a result: seed=6",
      ])
    #expect(
      table.caption.last
        == "Trials completed: 2 of 8: 1 failed, 1 pruned, 1 cancelled, 2 running, 1 missing. Only completed ones"
        + " are in the means.")
  }

  @Test func aCompleteTemperatureWinsAgainstAFewLuckySeeds() throws {
    let summaries = [
      try Summaries.one(temp: 0.1, seed: 1, metrics: ["train_loss": 50]),
      try Summaries.one(temp: 0.1, seed: 2, state: .failed, cause: .nan),
      try Summaries.one(temp: 0.5, seed: 1, metrics: ["train_loss": 100]),
      try Summaries.one(temp: 0.5, seed: 2, metrics: ["train_loss": 102]),
    ]
    let table = try table(summaries, TableRequest(metrics: [.trainLoss]))
    #expect(try cell(table).chosen == [.real(0.5)])
    #expect(
      table.notes == [
        "GS_Dis: chosen among complete values only; temp 0.1 has train_loss of 1 of 2 trials",
        "1 failed: temp=0.1 seed=2 (nan)",
      ])
  }

  @Test func whileNothingIsCompleteTheChoiceMayChange() throws {
    let summaries = [
      try Summaries.one(temp: 0.1, seed: 1, metrics: ["train_loss": 50]),
      try Summaries.one(temp: 0.1, seed: 2, state: .running),
      try Summaries.one(temp: 0.5, seed: 1, state: .running),
      try Summaries.one(temp: 0.5, seed: 2, state: .pending),
    ]
    let table = try table(summaries)
    #expect(try cell(table).chosen == [.real(0.1)])
    #expect(
      table.notes.first?.hasPrefix("GS_Dis: the choice may still change; temp 0.1 has train_loss of 1 of 2")
        == true)
  }

  @Test func nothingFinishedIsAVisibleHole() throws {
    let summaries = [
      try Summaries.one(temp: 0.1, state: .pending),
      try Summaries.one(temp: 0.5, state: .failed, cause: .hung),
    ]
    let table = try table(summaries)
    let cell = try cell(table)
    #expect(cell.chosen == nil)
    #expect(cell.counts.text == "0 of 2: 1 failed, 1 missing")
    #expect(cell.estimates.allSatisfy { $0.mean == nil })
    #expect(table.caption.first == "Nothing was measured yet.")
    #expect(!table.caption.contains { $0.contains("was chosen") })
    #expect(try self.table([]).rows == [])
  }

  /// Without a choice the trials of a cell are of several temperatures.
  @Test func whatCannotBeChosenIsNotAveraged() throws {
    let summaries = [
      try Summaries.one(temp: 0.1, metrics: ["test_elbo": -1]),
      try Summaries.one(temp: 0.5, metrics: ["test_elbo": -3]),
    ]
    let table = try table(summaries, TableRequest(metrics: [.testELBO]))
    #expect(try cell(table).chosen == nil)
    #expect(try cell(table).estimates[0].mean == nil)
  }

  /// Fewer sticks in use are neither better nor worse.
  @Test func whatDescribesATrialIsNotRanked() throws {
    let trials = try Summaries.quickstart().map { summary in
      var summary = summary
      summary.metrics["n_required"] = summary.trial.configuration.modelType == .gsDis ? 10 : 7
      return summary
    }
    let report = try ComparisonReport(
      of: trials, sweep: "s", request: TableRequest(metrics: [.testELBO, .nRequired]))
    #expect(
      report.markdown.contains("| model_type | temp | n | test_elbo ↑ | n_required |"), "\(report.markdown)")
    #expect(!report.markdown.contains("**7**") && !report.markdown.contains("**10"), "\(report.markdown)")
    #expect(report.latex.contains("n\\_required"), "\(report.latex)")
    #expect(!report.latex.contains("n\\_required $") && report.html.contains(">n_required</abbr></th>"))
    let rows = report.csv.split(separator: "\n").filter { $0.contains(",n_required,") }
    #expect(rows.count == 6 && rows.allSatisfy { $0.contains(",n_required,1,,") }, "\(rows)")
  }

  @Test func aMetricThatIsNaNWasNotMeasured() throws {
    let summaries = [
      try Summaries.one(seed: 1, metrics: ["train_loss": 1, "test_elbo": -5]),
      try Summaries.one(seed: 2, metrics: ["train_loss": 1, "test_elbo": .nan]), try Summaries.one(seed: 3),
    ]
    let cell = try cell(table(summaries, TableRequest(metrics: [.testELBO])))
    #expect(cell.estimates[0].count == 1)
    #expect(cell.estimates[0].mean == -5)
    #expect(cell.counts.completed == 3)
  }

  @Test func whateverElseVariesPartsTheColumns() throws {
    var summaries: [TrialSummary] = []
    for rate in [1e-3, 1e-4] {
      for (data, seed) in [("mnist", 1), ("mnist", 2), ("fmnist", 1)] {
        summaries.append(
          try Summaries.one(
            seed: seed, changes: ["learning_rate": .real(rate), "dataset_name": .string(data)],
            metrics: ["train_loss": rate]))
      }
    }
    let table = try table(summaries)
    #expect(table.columnNames == ["dataset_name", "architecture", "learning_rate"])
    #expect(
      table.groups.map { ComparisonTable.text($0) }.sorted() == [
        "fmnist dense 0.0001", "fmnist dense 0.001", "mnist dense 0.0001", "mnist dense 0.001",
      ])
  }

  @Test func severalNamesCanBeSelectedAtOnce() throws {
    var summaries: [TrialSummary] = []
    for (temp, rate, loss) in [(0.1, 1e-3, 9.0), (0.1, 1e-4, 3), (0.5, 1e-3, 5), (0.5, 1e-4, 7)] {
      summaries.append(
        try Summaries.one(temp: temp, changes: ["learning_rate": .real(rate)], metrics: ["train_loss": loss]))
    }
    let table = try table(summaries, TableRequest(select: ["temp", "learning_rate"]))
    #expect(try cell(table).chosen == [.real(0.1), .real(1e-4)])
    #expect(table.columnNames == ["dataset_name", "architecture"])
  }

  @Test func whatWalksWithTheChosenNameIsShownWithIt() throws {
    let draws: [(Double, Double)] = [(0.25, 0.9), (0.5, 0.95)]
    var summaries = try draws.flatMap { temp, threshold in
      try [1, 2].map { seed in
        try Summaries.one(
          "IGR_SB_Dis", temp: temp, seed: seed, changes: ["threshold": .real(threshold)],
          metrics: ["train_loss": 100 * temp + Double(seed)])
      }
    }
    let table = try ComparisonTable(of: summaries, sweep: "s")
    #expect(table.select == ["temp", "threshold"])
    #expect(table.cells[0][0]?.chosen == [.real(0.25), .real(0.9)])
    #expect(table.caption.joined(separator: " ").contains("Per cell the temp and threshold with the lowest"))
    // The model alone decides how many categories there are, which is nothing that was chosen.
    summaries += try [1, 2].map { try Summaries.one(seed: $0, metrics: ["train_loss": 7]) }
    #expect(try ComparisonTable(of: summaries, sweep: "s").select == ["temp", "threshold"])
  }

  @Test func aSelectedNameThatMakesRowsIsNotSelected() throws {
    let table = try table(Summaries.quickstart(), TableRequest(rows: ["model_type", "temp"]))
    #expect(table.rows.count == 4)
    #expect(table.select == [])
    #expect(table.selectionMetric == nil)
  }

  @Test func theSameTrialOnOtherDataIsRefused() throws {
    let summaries = [try Summaries.one(), try Summaries.one(digest: "other")]
    let error = #expect(throws: AggregationError.self) { try table(summaries) }
    #expect(error?.code == .duplicateTrial)
    #expect(error?.description.contains("'GS_Dis' (on other data, or with other threads)") == true)
  }

  static let refused: [(TableRequest, String)] = [
    (TableRequest(rows: ["model_typ"]), "unknown hyperparameter 'model_typ'; did you mean 'model_type'?"),
    (TableRequest(over: ["xyzzy"]), "unknown hyperparameter 'xyzzy'"),
    (TableRequest(rows: []), "a table needs at least one name for its rows"),
    (TableRequest(metrics: []), "a table needs at least one metric"),
    (
      TableRequest(rows: ["seed"]), "'seed' cannot both make rows and be averaged over, or be named twice"
    ),
  ]

  @Test(arguments: refused) func aRequestThatMakesNoSenseIsRefused(_ request: TableRequest, _ message: String)
  {
    let error = #expect(throws: AggregationError.self) { try table([Summaries.one()], request) }
    #expect(error?.description == message)
  }

  /// The table does not depend on the order in which trials arrive, but for the order of rows.
  @Test func orderChangesNoNumber() throws {
    let summaries = try Summaries.quickstart()
    let expected = try table(summaries)
    for _ in 0..<20 {
      let order = summaries.shuffled()
      let shuffled = try table(order)
      for (row, key) in expected.rows.enumerated() {
        let other = try #require(shuffled.rows.firstIndex(of: key))
        #expect(try cell(shuffled, other).chosen == cell(expected, row).chosen)
        #expect(try cell(shuffled, other).estimates[0].count == 2)
        let difference =
          try #require(cell(shuffled, other).estimates[0].mean) - #require(
            cell(expected, row).estimates[0].mean)
        #expect(abs(difference) < 1e-12, "order \(order.map(\.trial.id))")
      }
    }
  }

  @Test func warningsAndTheSourceOfOmniglotAreTold() throws {
    var warned = try Summaries.one("IGR_SB_Dis", changes: ["dataset_name": .string("omniglot")])
    warned.warnings = ["raise latent_discrete_n"]
    warned.dataSource = "idx files, 5 + 5 images"
    var other = try Summaries.one(changes: ["dataset_name": .string("omniglot")])
    other.dataSource = "the published chardata.mat"
    warned.metrics["train_loss"] = 1
    other.metrics["train_loss"] = 2
    let table = try table([warned, other], TableRequest(metrics: [.trainLoss]))
    #expect(table.notes == ["warning: IGR_SB_Dis: raise latent_discrete_n"])
    #expect(table.caption.contains("Omniglot: idx files, 5 + 5 images; the published chardata.mat."))
  }
}
