import Testing

@testable import Trials

/// Configurations that are read one after another, as a worker and an aggregator do.
@Suite struct SiblingReadingTests {
  private static func configuration(
    seed: Int, temp: Double = 0.5, model: String = "GS_Dis"
  ) throws -> TrialConfiguration {
    try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string(model), "temp": .real(temp),
      "seed": .integer(seed),
    ])
  }

  @Test func trialsThatDifferInTheirSeedsShareWhatElseTheyHave() throws {
    let first = try TrialConfiguration(canonicalJSON: try Self.configuration(seed: 1).canonicalJSON)
    for (seed, temp) in [(2, 0.5), (3, 1), (4, 1e-3), (5, 0.1 + 0.2)] {
      let expected = try Self.configuration(seed: seed, temp: temp)
      // Another test may read something else in between: then the next one shares with that.
      let read = try TrialConfiguration(canonicalJSON: expected.canonicalJSON)
      #expect(read == expected && read.canonicalJSON == expected.canonicalJSON)
      #expect(read != first)
    }
    let other = try Self.configuration(seed: 1, model: "IGR_I_Dis")
    #expect(try TrialConfiguration(canonicalJSON: other.canonicalJSON) == other)
  }

  @Test func theTemplateFindsItsFreeValuesAndNothingElse() throws {
    let template = try Self.configuration(seed: 1).template
    let text = try Self.configuration(seed: 7, temp: 0.25).canonicalJSON
    let values = try #require(template.ownValues(in: text))
    #expect(values.first { $0.name == "seed" }?.value == .integer(7))
    #expect(values.first { $0.name == "temp" }?.value == .real(0.25))
    #expect(template.ownValues(in: text + " ") == nil)
    #expect(template.ownValues(in: String(text.dropLast())) == nil)
    #expect(template.ownValues(in: "") == nil)
    #expect(template.ownValues(in: text.replacing("\"seed\":7", with: "\"seed\":\"7\"")) == nil)
    #expect(template.ownValues(in: text.replacing("mnist", with: "fashion_mnist")) == nil)
  }

  @Test func whatIsWrongIsToldAsEver() throws {
    let text = try Self.configuration(seed: 7).canonicalJSON
    _ = try TrialConfiguration(canonicalJSON: text)
    for wrong in ["-7", "0.5", "1e400", "nan", "\"7\"", ""] {
      #expect(throws: ConfigurationError.self) {
        try TrialConfiguration(canonicalJSON: text.replacing("\"seed\":7", with: "\"seed\":\(wrong)"))
      }
    }
  }
}
