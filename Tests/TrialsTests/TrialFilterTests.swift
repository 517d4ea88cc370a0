import Testing

@testable import Trials

@Suite struct TrialFilterTests {
  private func trial(_ model: String, temp: Double, seed: Int = 1) throws -> TrialConfiguration {
    try TrialConfiguration(validating: [
      "dataset_name": .string("mnist"), "model_type": .string(model), "temp": .real(temp),
      "seed": .integer(seed),
    ])
  }

  private func passing(_ texts: [String]) throws -> [String] {
    let filter = try TrialFilter(texts)
    return try [
      trial("GS_Dis", temp: 0.5), trial("GS_Dis", temp: 0.25, seed: 2), trial("IGR_I_Dis", temp: 0.5),
    ]
    .filter(filter.matches).map { "\($0.modelType.rawValue) \($0.seed)" }
  }

  @Test func everyNameMustHoldAndOneValueOfEach() throws {
    #expect(try passing([]) == ["GS_Dis 1", "GS_Dis 2", "IGR_I_Dis 1"])
    #expect(try passing(["model_type=GS_Dis"]) == ["GS_Dis 1", "GS_Dis 2"])
    #expect(try passing(["model_type=GS_Dis", "temp=0.50"]) == ["GS_Dis 1"])
    #expect(try passing(["temp=0.25", "temp=5e-1", "seed=1"]) == ["GS_Dis 1", "IGR_I_Dis 1"])
    #expect(try passing(["architecture=conv"]) == [])
  }

  @Test func whatNamesNothingIsToldWithTheNearestName() throws {
    #expect(problem(["model_typ=GS_Dis"])?.contains("did you mean 'model_type'?") == true)
    #expect(problem(["model_type"])?.contains("give name=value") == true)
    #expect(problem(["=1"])?.contains("give name=value") == true)
  }

  @Test func aValueThatNoTrialHasIsToldWithThoseThereAre() throws {
    let trials = try [trial("GS_Dis", temp: 0.5), trial("IGR_I_Dis", temp: 0.25)]
    func check(_ text: String) -> String? {
      do {
        try TrialFilter([text]).check(against: trials)
        return nil
      } catch { return "\(error)" }
    }
    #expect(check("model_type=GS_Dis") == nil)
    #expect(
      check("model_type=GS_Dsi")
        == "--where model_type=GS_Dsi: no trial has that value; there are GS_Dis, IGR_I_Dis; did you mean 'GS_Dis'?"
    )
    #expect(
      check("temp=0.3")?.hasPrefix("--where temp=0.3: no trial has that value; there are 0.25, 0.5") == true)
    #expect(check("target=poisson") == "--where target=poisson: target does not apply to any trial")
  }

  @Test func itSaysWhatItKeeps() throws {
    #expect(try TrialFilter(["temp=0.5", "temp=1", "seed=2"]).description == "temp = 0.5 or 1, seed = 2")
  }

  private func problem(_ texts: [String]) -> String? {
    do {
      _ = try TrialFilter(texts)
      return nil
    } catch { return "\(error)" }
  }
}
