import Aggregation
import Reporting
import Testing
import Trials

@Suite struct TableRequestOptionsTests {
  @Test func nothingGivenIsTheDefault() throws {
    #expect(try TableRequest(rows: nil, metrics: nil, over: nil, select: nil, by: nil) == TableRequest())
  }

  @Test func listsAreSeparatedByCommas() throws {
    let request = try TableRequest(
      rows: "model_type, architecture", metrics: "test_elbo,train_loss", over: "none", select: "none",
      by: "val_elbo")
    #expect(
      request
        == TableRequest(
          rows: ["model_type", "architecture"], metrics: [.testELBO, .trainLoss], over: [], select: [],
          by: .valELBO))
  }

  @Test func aMetricThatDoesNotExistIsToldWithTheNearest() {
    let error = #expect(throws: TableRequest.OptionError.self) {
      try TableRequest(rows: nil, metrics: "test_elbow", over: nil, select: nil, by: nil)
    }
    #expect(error?.description == "--metric: unknown metric 'test_elbow'; did you mean 'test_elbo'?")
    #expect(throws: TableRequest.OptionError.self) {
      try TableRequest(rows: nil, metrics: nil, over: nil, select: nil, by: "xyzzy")
    }
  }
}
