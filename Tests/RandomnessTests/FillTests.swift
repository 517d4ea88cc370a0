import Randomness
import Testing

@Suite struct FillTests {
  func draws(
    _ count: Int, seed: UInt64 = 5_328, purpose: RandomPurpose = .trainingNoise, _ law: NoiseLaw,
    step: UInt64
  )
    -> [Float]
  {
    [Float](unsafeUninitializedCapacity: count) { values, initialized in
      RandomKey(seed: seed, purpose: purpose).fill(values, law, step: step)
      initialized = count
    }
  }

  static let laws: [NoiseLaw] = [.uniform, .normal, .gumbel, .logistic]

  @Test(arguments: laws) func equalKeysGiveEqualBytes(law: NoiseLaw) {
    #expect(draws(1_001, law, step: 3) == draws(1_001, law, step: 3))
  }

  @Test(arguments: laws) func aShorterFillIsTheBeginningOfALonger(law: NoiseLaw) {
    let long = draws(5_000, law, step: 3)
    for count in [0, 1, 2, 3, 63, 64, 65, 1_023, 1_025] {
      #expect(draws(count, law, step: 3) == Array(long.prefix(count)))
    }
  }

  @Test func seedPurposeAndStepEachChangeTheNumbers() {
    let base = draws(100, .uniform, step: 3)
    #expect(base != draws(100, .uniform, step: 4))
    #expect(base != draws(100, .uniform, step: 3 + 1 << 32))
    #expect(base != draws(100, seed: 5_329, .uniform, step: 3))
    #expect(base != draws(100, seed: 5_328 + 1 << 32, .uniform, step: 3))
    var streams = Set<[Float]>()
    for purpose in RandomPurpose.allCases { streams.insert(draws(100, purpose: purpose, .uniform, step: 3)) }
    #expect(streams.count == RandomPurpose.allCases.count)
  }

  /// A correlation of two independent streams of n numbers has a standard error of 1/√n.
  @Test func neighbouringStreamsAreUncorrelated() {
    let count = 100_000
    let base = draws(count, .normal, step: 3)
    let others = [
      draws(count, .normal, step: 4), draws(count, seed: 5_329, .normal, step: 3),
      draws(count, purpose: .shuffle, .normal, step: 3),
    ]
    for other in others {
      let products: Double = zip(base, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let correlation = products / Double(count)
      #expect(abs(correlation) <= 5 / Double(count).squareRoot())
    }
  }

  /// These numbers are in every recorded result: a change of them is a change of the format, not of a detail.
  @Test func theRawNumbersOfPurposesAreFixed() {
    #expect(RandomPurpose.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
  }

  @Test func glorotFillsItsIntervalEvenly() {
    let (fanIn, fanOut) = (784, 200)
    let limit = (6.0 / Double(fanIn + fanOut)).squareRoot()
    var weights = [Float](repeating: 0, count: fanIn * fanOut)
    weights.withUnsafeMutableBufferPointer {
      RandomKey(seed: 1, purpose: .weights).fillGlorotUniform($0, fanIn: fanIn, fanOut: fanOut, step: 0)
    }
    let n = Double(weights.count)
    let mean = weights.reduce(0.0) { $0 + Double($1) } / n
    let variance = weights.reduce(0.0) { $0 + Double($1) * Double($1) } / n
    #expect(weights.allSatisfy { abs(Double($0)) <= limit * (1 + 1e-6) })
    #expect(abs(mean) <= 5 * limit / (3 * n).squareRoot())
    #expect(abs(variance / (limit * limit / 3) - 1) <= 5 * (0.8 / n).squareRoot())
  }
}
