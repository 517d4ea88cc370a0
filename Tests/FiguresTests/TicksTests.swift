import Testing

@testable import Figures

@Suite struct TicksTests {
  private func labels(
    _ values: [Double], _ scale: Figure.Scale = .linear, atMost count: Int = 6, isWhole: Bool = false
  ) -> [String] {
    AxisRange(of: values, scale: scale).ticks(atMost: count, isWhole: isWhole).map(\.label)
  }

  @Test func linearTicksAreRound() {
    #expect(labels([0, 1]) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels([-0.31, 0.32]) == ["−0.2", "0.0", "0.2"])
    #expect(labels([0, 300]) == ["0", "100", "200", "300"])
    #expect(labels([-544.3, -98.7], atMost: 5) == ["−500", "−400", "−300", "−200", "−100"])
    #expect(labels([0, 3e-5], atMost: 4) == ["0", "10⁻⁵", "2×10⁻⁵", "3×10⁻⁵"])
    #expect(labels([1.25e7, 1.75e7], atMost: 3) == ["1.4×10⁷", "1.6×10⁷"])
  }

  @Test func countsHaveNoTicksBetween() {
    #expect(labels([1, 3], atMost: 10, isWhole: true) == ["1", "2", "3"])
    #expect(labels([1, 1], isWhole: true) == ["1"])
  }

  @Test func logarithmicTicksArePowersAndWhereFewAlsoTwosAndFives() {
    #expect(labels([0.05, 1], .logarithmic) == ["0.05", "0.1", "0.2", "0.5", "1"])
    #expect(labels([1e-4, 1e3], .logarithmic, atMost: 8).count == 8)
    #expect(labels([1e-9, 1e3], .logarithmic, atMost: 4).count <= 4)
    // Less than a decade: even steps.
    #expect(labels([3, 4.5], .logarithmic, atMost: 4) == ["3.0", "3.5", "4.0", "4.5"])
  }

  @Test func aNumberThatIsNotPositiveMakesALogarithmicAxisLinear() {
    let range = AxisRange(of: [0, 0.1, 10], scale: .logarithmic)
    #expect(!range.isLogarithmic)
    #expect(range.ticks(atMost: 6).first?.value == 0)
  }

  @Test func oneValueHasARangeAroundIt() {
    for value in [1.0, -3, 1e-300, 5e99, -7e-12] {
      for scale in [Figure.Scale.linear, .logarithmic] {
        let range = AxisRange(of: [value], scale: scale)
        #expect(range.low < value && value < range.high, "\(value)")
        let fraction = range.fraction(value)
        #expect(fraction > 0.2 && fraction < 0.8, "\(value) \(fraction)")
      }
    }
  }

  @Test func zerosAloneAreAtTheFootOfTheAxis() {
    let range = AxisRange(of: [0, 0], scale: .logarithmic)
    #expect(range.low == 0 && range.high == 1)
    #expect(range.ticks(atMost: 3).map(\.label) == ["0.0", "0.5", "1.0"])
  }

  /// Ticks lie in the range, rise, are no more than asked for and read as their value.
  @Test(arguments: 1...40) func ticksKeepTheirPromises(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for _ in 0..<50 {
      let size = Double(sign: .plus, exponent: Int.random(in: -40...40, using: &random), significand: 1)
      let values = (0..<3).map { _ in Double.random(in: -1...1, using: &random) * size }
      let scale = Bool.random(using: &random) ? Figure.Scale.linear : .logarithmic
      let range = AxisRange(of: scale == .linear ? values : values.map(abs), scale: scale)
      let count = Int.random(in: 2...9, using: &random)
      let ticks = range.ticks(atMost: count)
      #expect(ticks.count <= count && !ticks.isEmpty, "seed \(seed): \(range) \(ticks)")
      #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value }, "seed \(seed): \(ticks)")
      #expect(Set(ticks.map(\.label)).count == ticks.count, "seed \(seed): \(ticks)")
      for tick in ticks {
        let fraction = range.fraction(tick.value)
        #expect(fraction >= 0 && fraction <= 1)
        let tolerance = 1e-9 * (range.high - range.low)
        #expect(tick.value >= range.low - tolerance && tick.value <= range.high + tolerance, "seed \(seed)")
        if !tick.label.contains("10") || !tick.label.contains(where: { "⁰¹²³⁴⁵⁶⁷⁸⁹".contains($0) }) {
          #expect(Double(tick.label.replacing("−", with: "-")) == tick.value, "seed \(seed): \(tick)")
        }
      }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
