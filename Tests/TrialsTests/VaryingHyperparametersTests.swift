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

  @Test func namesThatWalkWithOthersAreCompanions() throws {
    let configurations = try trials(
      [(0.1, 0.9, 5), (0.5, 0.99, 7)].flatMap { temperature, threshold, sticks in
        [1, 2].map { seed in
          [
            "model_type": .string("IGR_SB_Dis"), "temp": .real(temperature), "seed": .integer(seed),
            "threshold": .real(threshold), "n_required": .integer(sticks),
          ]
        }
      })
    let varying = VaryingHyperparameters(among: configurations)
    #expect(varying.names.count == 2 && varying.names.last == "seed")
    // Not latent_discrete_n, which is n_required and one.
    #expect(Set(varying.names + varying.companions) == ["temp", "n_required", "threshold", "seed"])
    #expect(varying.companions.count == 2)
  }

  @Test func oneTrialIsNamedByItsModel() throws {
    let one = try trials([[:]])
    let varying = VaryingHyperparameters(among: one)
    #expect(varying.names.isEmpty)
    #expect(varying.label(of: one[0]) == "GS_Dis")
    #expect(VaryingHyperparameters(among: []).names.isEmpty)
  }
}
