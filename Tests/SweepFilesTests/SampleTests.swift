import Testing
import Trials

@testable import SweepFiles

@Suite struct SampleTests {
  private func plan(_ text: String, set overrides: [String] = []) throws -> SweepPlan {
    try SweepDefinition.parse(text, path: "s.yaml", overrides: overrides).plan { _ in "data" }
  }

  private static let base = "name: s\nbase: {dataset_name: mnist, model_type: IGR_SB_Dis, temp: 1}\n"

  /// `scipy.stats.qmc.Sobol(6, scramble=False).random(12)` of scipy 1.17.1.
  private static let published: [[Double]] = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.25, 0.75, 0.75],
    [0.25, 0.75, 0.75, 0.75, 0.25, 0.25],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.125],
    [0.875, 0.875, 0.125, 0.375, 0.875, 0.625],
    [0.625, 0.125, 0.875, 0.625, 0.625, 0.875],
    [0.125, 0.625, 0.375, 0.125, 0.125, 0.375],
    [0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125],
    [0.6875, 0.8125, 0.4375, 0.9375, 0.0625, 0.8125],
    [0.9375, 0.0625, 0.6875, 0.1875, 0.3125, 0.5625],
    [0.4375, 0.5625, 0.1875, 0.6875, 0.8125, 0.0625],
  ]
  /// Point 100,003 of `scipy.stats.qmc.Sobol(20, scramble=False, bits=32)`, times 2³².
  private static let farPoint: [UInt32] = [
    1_336_049_664, 3_683_287_040, 831_422_464, 1_592_623_104, 3_674_570_752, 3_073_802_240, 3_483_271_168,
    1_227_259_904, 1_161_330_688, 2_233_237_504, 120_029_184, 867_008_512, 1_353_744_384, 4_066_738_176,
    1_486_913_536, 3_475_865_600, 3_114_500_096, 4_278_616_064, 788_627_456, 3_688_988_672,
  ]

  @Test func theSequenceIsThePublishedOne() {
    let draws = SampleDraws(seed: nil)
    for (index, point) in Self.published.enumerated() {
      #expect(point.indices.map { draws.sobol(index, dimension: $0) } == point, "point \(index)")
    }
    let sequence = SobolSequence()
    #expect((0..<20).map { sequence.bits(100_003, dimension: $0) } == Self.farPoint)
  }

  @Test func aSeedMovesTheSequenceAndKeepsItEven() {
    let draws = SampleDraws(seed: 7)
    for dimension in 0..<3 {
      // Each of 64 equal parts of the interval gets one of 64 points, shifted or not.
      let parts = (0..<64).map { Int(draws.sobol($0, dimension: dimension) * 64) }
      #expect(Set(parts).count == 64)
      #expect(draws.sobol(0, dimension: dimension) != 0)
    }
    #expect(SampleDraws(seed: 8).sobol(0, dimension: 0) != draws.sobol(0, dimension: 0))
  }

  @Test func valuesFollowTheirDistributions() throws {
    let text =
      Self.base + """
        sample:
          n: 4
          method: sobol
          of:
            threshold: {uniform: [0.9, 0.98]}
            learning_rate: {loguniform: [1.0e-4, 1.0e-2]}
            n_required: {int: [10, 13]}
            batch_n: {choice: [32, 64]}
        """
    let trials = try plan(text).sweep.trials.map(\.configuration)
    #expect(trials.map(\.threshold) == [0.9, 0.94, 0.96, 0.92])
    #expect(trials.map(\.learningRate) == [0.0001, 0.001, 0.000316227766017, 0.00316227766017])
    #expect(trials.map(\.nRequired) == [10, 12, 11, 13])
    #expect(trials.map(\.batchN) == [32, 64, 32, 64])
  }

  @Test func drawsMultiplyTheGridAndMoreOfThemKeepTheFirst() throws {
    let text =
      Self.base + """
        grid: {seed: [1, 2]}
        sample: {n: 3, seed: 1, method: random, of: {threshold: {uniform: [0.9, 0.99]}}}
        """
    let few = try plan(text).sweep.trials.map(\.id)
    let many = try plan(text, set: ["sample.n=5"]).sweep.trials.map(\.id)
    #expect(few.count == 6 && many.count == 10)
    #expect(Set(few).isSubset(of: many))
    #expect(try plan(text, set: ["sample.seed=2"]).sweep.trials.map(\.id) != few)
    let thresholds = Set(try plan(text).sweep.trials.map(\.configuration.threshold))
    #expect(thresholds.count == 3 && thresholds.allSatisfy { $0 >= 0.9 && $0 < 0.99 })
  }

  @Test func randomDrawsAreUniform() {
    let draws = SampleDraws(seed: 3)
    let values = (0..<10_000).map { draws.random($0, dimension: 1) }
    let mean = values.reduce(0, +) / 10_000
    // Five standard deviations of the mean of 10,000 uniform numbers.
    #expect(abs(mean - 0.5) < 5 * 0.2887 / 100)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 } && Set(values).count == 10_000)
    #expect(draws.random(5, dimension: 0) != draws.random(5, dimension: 1))
  }

  @Test func repeatedDrawsCountOnceAndAreTold() throws {
    let plan = try plan(Self.base + "sample: {n: 8, of: {batch_n: {choice: [10, 20]}}}\n")
    #expect(plan.sweep.trials.map(\.configuration.batchN) == [10, 20])
    #expect(plan.warnings == ["s.yaml:3:9: warning: 6 of 8 draws repeat earlier ones, which count once"])
  }

  @Test func anOptionTakesANameOutOfTheSample() throws {
    let text =
      Self.base + """
        sample: {n: 4, of: {threshold: {uniform: [0.9, 0.98]}, learning_rate: {uniform: [0.1, 0.5]}}}
        """
    let fixed = try plan(text, set: ["threshold=0.5"]).sweep.trials.map(\.configuration)
    #expect(fixed.map(\.threshold) == [0.5, 0.5, 0.5, 0.5])
    #expect(fixed.map(\.learningRate) == [0.1, 0.3, 0.2, 0.4])
    #expect(try plan(text, set: ["threshold=0.5", "learning_rate=1"]).sweep.trials.count == 1)
  }

  @Test(arguments: [
    ("[1, 10, 3]", [1, 4, 7, 10]), ("[1, 9, 3]", [1, 4, 7]), ("[5, 1, -2]", [5, 3, 1]), ("[4, 4, 1]", [4]),
  ]) func aRangeHasItsLastValueWhereItIsHit(_ range: String, _ seeds: [Int]) throws {
    let plan = try plan(Self.base + "grid: {seed: {range: \(range)}}\n")
    #expect(plan.sweep.trials.map(\.configuration.seed) == seeds)
  }

  @Test func aRangeOfRealsIsRoundedAndHasItsEnd() throws {
    let plan = try plan(Self.base + "grid: {threshold: {range: [0.1, 0.7, 0.1]}}\n")
    #expect(plan.sweep.trials.map(\.configuration.threshold) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  }
}
