import Aggregation
import Reporting
import Testing
import Trials

@Suite struct TableRequestOptionsTests {
  private func request(_ change: (inout TableRequestTexts) -> Void) throws -> TableRequest {
    var texts = TableRequestTexts()
    change(&texts)
    return try TableRequest(texts, base: TableRequest())
  }

  @Test func nothingGivenIsTheBase() throws {
    #expect(try request { _ in } == TableRequest())
    let base = TableRequest.standard(for: .relaxToy)
    #expect(try TableRequest(TableRequestTexts(), base: base) == base)
  }

  @Test func listsAreSeparatedByCommas() throws {
    let request = try request {
      $0.rows = "model_type, architecture"
      $0.columns = "dataset_name,seed"
      $0.metrics = ["test_elbo,train_loss", "train_loss", "val_elbo"]
      $0.over = "none"
      $0.select = "none"
      $0.by = "val_elbo"
      $0.interval = "bootstrap"
    }
    #expect(
      request
        == TableRequest(
          rows: ["model_type", "architecture"], columns: ["dataset_name", "seed"],
          metrics: [.testELBO, .trainLoss, .valELBO], over: [], select: [], by: .valELBO,
          interval: .bootstrap(seed: 1, resamples: 9_999)))
  }

  @Test func whatDoesNotExistIsToldWithTheNearest() throws {
    let cases: [(String, (inout TableRequestTexts) -> Void)] = [
      ("--metric: unknown metric 'test_elbow'; did you mean 'test_elbo'?", { $0.metrics = ["test_elbow"] }),
      (
        "--metric: unknown metric 'test_log'; did you mean 'test_log_likelihood'?",
        { $0.metrics = ["test_log"] }
      ),
      (
        "--columns: unknown hyperparameter 'datset'; did you mean 'dataset_name'?",
        { $0.columns = "temp,datset" }
      ),
      ("--rows: unknown hyperparameter 'xyzzy'", { $0.rows = "xyzzy" }),
      ("--over: unknown hyperparameter 'sed'; did you mean 'seed'?", { $0.over = "sed" }),
      ("--select: unknown hyperparameter 'tmep'; did you mean 'temp'?", { $0.select = "tmep" }),
      ("--by: unknown metric 'xyzzy'", { $0.by = "xyzzy" }),
      ("--interval: 'normal' is neither t nor bootstrap", { $0.interval = "normal" }),
    ]
    for (message, change) in cases {
      let error = #expect(throws: TableRequest.OptionError.self) { try request(change) }
      #expect(error?.description == message)
    }
    let error = #expect(throws: TrialFilter.Problem.self) { try request { $0.filters = ["tmep=0.5"] } }
    #expect(error?.description == "--where tmep=0.5: unknown hyperparameter 'tmep'; did you mean 'temp'?")
  }
}
