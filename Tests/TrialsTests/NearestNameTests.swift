import Testing

@testable import Trials

@Suite struct NearestNameTests {
  static let pairs: [(String, String?)] = [
    ("tmep", "temp"), ("Temp", "temp"), ("epoch", "epochs"), ("learning-rate", "learning_rate"),
    ("batchsize", "batch_size"), ("n_requird", "n_required"), ("xyzzy", nil), ("", nil),
    ("datset", "dataset_name"), ("sample", "sample_size"), ("num", nil),
    ("archit", "architecture"),
  ]

  @Test(arguments: pairs) func suggestsWhatWasMeant(_ typed: String, _ meant: String?) {
    #expect(nearestName(to: typed, among: Hyperparameter.everyName) == meant)
  }

  @Test func ofTwoEquallyNearTheFirst() {
    #expect(nearestName(to: "cat", among: ["bat", "rat"]) == "bat")
    #expect(Hyperparameter.everyName.first == "experiment")
  }

  /// Nothing is left of what was typed, so nothing was nearly typed.
  @Test func aWhollyOtherLetterIsNotNear() {
    #expect(nearestName(to: "3", among: ["1", "0.25"]) == nil)
    #expect(nearestName(to: "test_logg", among: Metric.all.map(\.name)) == "test_log_likelihood")
  }

  static let distances: [(String, String, Int)] = [
    ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
  ]

  @Test(arguments: distances) func countsEdits(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    #expect(editDistance(Array(b.utf8), Array(a.utf8)) == distance)
  }
}
