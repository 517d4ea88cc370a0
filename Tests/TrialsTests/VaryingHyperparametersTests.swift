import Testing
import Trials

@Suite struct VaryingHyperparametersTests {
  private func trials(_ sets: [[String: HyperparameterValue]]) throws -> [TrialConfiguration] {
    try sets.map { set in
      try TrialConfiguration(validating: TrialConfigurationTests.smallest.merging(set) { $1 })
    }
  }

  @Test func aNameThatFollowsFromTheModelIsLeftOut() throws {
    var sets: [[String: HyperparameterValue]] = []
    for (model, categories) in [("GS_Dis", 10), ("IGR_I_Dis", 9)] {
      for temperature in [0.1, 0.5] {
        for seed in [1, 2] {
          sets.append([
            "model_type": .string(model), "n_required": .integer(categories), "temp": .real(temperature),
            "seed": .integer(seed),
          ])
        }
      }
    }
    let configurations = try trials(sets)
    let varying = VaryingHyperparameters(among: configurations)
    #expect(varying.names == ["model_type", "temp", "seed"])
    #expect(varying.label(of: configurations[5]) == "IGR_I_Dis temp=0.1 seed=2")
    #expect(Set(configurations.map(varying.label)).count == configurations.count)
  }

  @Test func aNameThatTheModelDoesNotDecideStays() throws {
    let configurations = try trials([
      ["n_required": .integer(10)], ["model_type": .string("IGR_I_Dis"), "n_required": .integer(9)],
      ["model_type": .string("IGR_I_Dis"), "n_required": .integer(4)],
    ])
    #expect(VaryingHyperparameters(among: configurations).names == ["model_type", "n_required"])
  }

  @Test func seedDecidesNothingElse() throws {
    let configurations = try trials([
      ["seed": .integer(1), "learning_rate": .real(1e-3)],
      ["seed": .integer(2), "learning_rate": .real(1e-4)],
    ])
    #expect(VaryingHyperparameters(among: configurations).names == ["learning_rate"])
  }

  @Test func oneTrialIsNamedByItsModel() throws {
    let one = try trials([[:]])
    let varying = VaryingHyperparameters(among: one)
    #expect(varying.names.isEmpty)
    #expect(varying.label(of: one[0]) == "GS_Dis")
    #expect(VaryingHyperparameters(among: []).names.isEmpty)
  }
}
