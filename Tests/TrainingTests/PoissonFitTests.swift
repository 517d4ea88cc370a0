import Testing
import Trials

@testable import Training

/// Approximations of Poisson(50) as trials of a sweep.
@Suite struct PoissonFitTests {
  private func fitted(_ values: [String: HyperparameterValue]) throws -> TrainingResult {
    let common: [String: HyperparameterValue] = [
      "experiment": .string("approximation"), "target": .string("poisson"), "temp": .real(0.05),
      "sample_size": .integer(500), "learning_rate": .real(0.1), "seed": .integer(5_328),
    ]
    let trial = Trial(
      configuration: try TrialConfiguration(validating: common.merging(values) { $1 }), dataDigest: "",
      threads: 1)
    return try SampleTrial.finish(SampleTrial.session(trial))
  }

  /// Its histogram follows the target's, which 40 categories cannot: most of the mass lies beyond them.
  @Test func brokenSticksFollowItAndFortyCategoriesDoNot() throws {
    let sticks = try fitted([
      "model_type": .string("IGR_SB"), "n_required": .integer(100), "truncation_option": .string("max"),
    ])
    let categories = try fitted(["model_type": .string("GS"), "n_required": .integer(40)])
    let (distance, bound) = (
      try sticks.final("target_distance"), try categories.final("target_distance")
    )
    print("KL to Poisson(50), seed 5328: IGR-SB \(distance), GS with 40 categories \(bound)")
    #expect(distance < 0.25 && bound > 2.5)

    func histogram(_ name: String) throws -> [Float] {
      try #require(sticks.tensors.first { $0.name == "histogram/\(name)" }).values
    }
    let (target, before, after) = (
      try histogram("target"), try histogram("before"), try histogram("after")
    )
    func difference(_ values: [Float]) -> Float {
      zip(values, target).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    #expect(abs(target.reduce(0, +) - 1) < 1e-4 && abs(after.reduce(0, +) - 1) < 1e-4)
    #expect(difference(after) < 0.2 && difference(before) > 0.5, "total variation \(difference(after))")
  }
}
