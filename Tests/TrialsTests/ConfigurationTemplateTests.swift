import Testing
import Trials

/// Trials that share all but seeds and temperatures are the same as those that are checked one by one.
@Suite struct ConfigurationTemplateTests {
  private static let bases: [[String: HyperparameterValue]] = [
    TrialConfigurationTests.smallest,
    ["dataset_name": .string("mnist"), "model_type": .string("IGR_SB_Dis"), "temp": .real(1)],
    [
      "dataset_name": .string("fmnist"), "model_type": .string("GS"), "temp": .real(1),
      "latent_norm_n": .integer(3), "run_jv": .boolean(true),
    ],
    [
      "experiment": .string("sop"), "dataset_name": .string("mnist"), "model_type": .string("GS"),
      "temp": .real(1), "min_learning_rate": .real(1e-9),
    ],
  ]

  @Test(arguments: bases.indices) func replacedValuesGiveTheTrialThatIsCheckedWhole(_ index: Int) throws {
    let given = Self.bases[index]
    let template = try TrialConfiguration(validating: given)
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<50 {
      var values: [String: HyperparameterValue] = [
        "seed": .integer(Int.random(in: 0...1_000_000, using: &random)),
        "temp": .real(Double.random(in: 0.01...5, using: &random)),
        "learning_rate": .real(Double.random(in: 1e-6...1, using: &random)),
      ]
      if template.values["threshold"] != nil {
        values["threshold"] = .real(Double.random(in: 0.1...0.999, using: &random))
      }
      // A value that is neutral in the identity, and others.
      if template.values["gamma"] != nil {
        values["gamma"] = .real(
          Bool.random(using: &random) ? 100 : Double.random(in: 1...200, using: &random))
      }
      let replaced = try template.replacingFree(values.map { ($0.key, $0.value) })
      let whole = try TrialConfiguration(validating: given.merging(values) { $1 })
      #expect(replaced == whole && replaced.hashValue == whole.hashValue, "seed \(seed)")
      #expect(replaced.canonicalJSON == whole.canonicalJSON, "seed \(seed)")
      #expect(replaced.identityJSON == whole.identityJSON, "seed \(seed)")
      #expect(replaced.sharesTemplate(with: template) && !whole.sharesTemplate(with: template))
      #expect(replaced != template)
      #expect(replaced.values.dictionary == whole.values.dictionary)
    }
  }

  @Test func aReplacedValueIsCheckedWithTheOthers() throws {
    let truncated = try TrialConfiguration(validating: Self.bases[1])
    let error = #expect(throws: ConfigurationError.self) {
      try truncated.replacingFree([("threshold", .real(1))])
    }
    #expect(error?.hyperparameter == "threshold")
    let sop = try TrialConfiguration(
      validating: Self.bases[3].merging(["min_learning_rate": .real(1e-4)]) { $1 })
    #expect(throws: ConfigurationError.self) { try sop.replacingFree([("learning_rate", .real(1e-5))]) }
  }

  @Test func columnsSayWhatVaries() throws {
    let one = try TrialConfiguration(validating: Self.bases[0])
    let two = try one.replacingFree([("seed", .integer(2))])
    let other = try TrialConfiguration(validating: Self.bases[1])
    let columns = ConfigurationColumns([one, two, other])
    #expect(columns.count == 3)
    #expect(columns.column("seed").values == [.integer(1), .integer(2)])
    #expect(columns.column("seed").rows == [0, 1, 0])
    #expect(columns.column("model_type").values == [.string("GS_Dis"), .string("IGR_SB_Dis")])
    #expect(columns.column("model_type").rows == [0, 0, 1])
    #expect(columns.column("batch_n").values == [.integer(100)] && columns.column("batch_n").rows.isEmpty)
    #expect(columns.column("threshold").values == [nil, .real(0.99)])
  }
}
