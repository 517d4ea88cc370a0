import CKernels
import Foundation
import Testing

extension KernelTests {
  @Suite struct NoiseTests {
    static let key: [UInt32] = [5_328, 77]
    static let count = 400_000

    struct Law: Sendable, CustomTestStringConvertible {
      let name: String
      let fill: @Sendable (Int, UInt64, UnsafePointer<UInt32>, UnsafeMutablePointer<Float>) -> Void
      let distribution: @Sendable (Double) -> Double
      let mean: Double
      let variance: Double
      var testDescription: String { name }
    }

    static let laws: [Law] = [
      Law(
        name: "uniform", fill: { igr_uniform_f32($0, $1, $2, $3) }, distribution: { $0 }, mean: 0.5,
        variance: 1 / 12.0),
      Law(
        name: "normal", fill: { igr_normal_f32($0, $1, $2, $3) },
        distribution: { 0.5 * erfc(-$0 * 0.5.squareRoot()) },
        mean: 0, variance: 1),
      Law(
        name: "gumbel", fill: { igr_gumbel_f32($0, $1, $2, $3) }, distribution: { exp(-exp(-$0)) },
        mean: 0.577_215_664_901_532_9, variance: .pi * .pi / 6),
      Law(
        name: "logistic", fill: { igr_logistic_f32($0, $1, $2, $3) }, distribution: { 1 / (1 + exp(-$0)) },
        mean: 0,
        variance: .pi * .pi / 3),
    ]

    func draws(_ law: Law) -> [Float] {
      var x = [Float](repeating: 0, count: Self.count)
      law.fill(Self.count, 12, Self.key, &x)
      return x
    }

    @Test(arguments: laws) func meanAndVariance(_ law: Law) {
      let x = draws(law).map(Double.init)
      let n = Double(x.count)
      let mean = x.reduce(0, +) / n
      let variance = x.reduce(0) { $0 + ($1 - law.mean) * ($1 - law.mean) } / n
      // Five standard errors; the fourth central moment of these laws is at most 5.4 times the squared variance.
      #expect(abs(mean - law.mean) <= 5 * (law.variance / n).squareRoot(), "key \(Self.key)")
      #expect(abs(variance / law.variance - 1) <= 5 * (4.4 / n).squareRoot(), "key \(Self.key)")
    }

    /// Kolmogorov-Smirnov: the critical value at 1e-4 is 2.23 / √n.
    @Test(arguments: laws) func distributionFunction(_ law: Law) {
      let sorted = draws(law).sorted()
      let n = Double(sorted.count)
      var distance = 0.0
      for (index, x) in sorted.enumerated() {
        let value = law.distribution(Double(x))
        distance = max(distance, abs(value - Double(index) / n), abs(Double(index + 1) / n - value))
      }
      #expect(distance * n.squareRoot() <= 2.23, "key \(Self.key)")
    }

    @Test func uniformIsTheWordPlusOneHalfRoundedOnce() {
      let words = randomWords(Self.count, seed: 1_234)
      var u = [Float](repeating: 0, count: Self.count)
      igr_uniform_f32(Self.count, 0, [1_234, 0], &u)
      for (word, u) in zip(words, u) {
        let want = min(Float((Double(word) + 0.5) * 0x1p-32), 1 - 0x1p-24)
        #expect(u == want)
        #expect(u > 0 && u < 1)
      }
    }

    @Test func normalPairsAreBoxMuller() {
      var u = [Float](repeating: 0, count: Self.count)
      var x = u
      igr_uniform_f32(Self.count, 5, Self.key, &u)
      igr_normal_f32(Self.count, 5, Self.key, &x)
      for pair in 0..<(Self.count / 2) {
        let radius = (-2 * log(Double(u[2 * pair]))).squareRoot()
        let angle = 2 * Double.pi * Double(u[2 * pair + 1])
        for (got, want) in [(x[2 * pair], radius * cos(angle)), (x[2 * pair + 1], radius * sin(angle))] {
          #expect(abs(Double(got) - want) <= 4e-7 * max(1, abs(want)))
        }
      }
    }

    @Test func gumbelAndLogisticFollowTheirUniform() {
      var u = [Float](repeating: 0, count: Self.count)
      var gumbel = u
      var logistic = u
      igr_uniform_f32(Self.count, 5, Self.key, &u)
      igr_gumbel_f32(Self.count, 5, Self.key, &gumbel)
      igr_logistic_f32(Self.count, 5, Self.key, &logistic)
      for index in u.indices {
        let exponential = -log1p(-Double(u[index]))
        let wantGumbel = -log(exponential)
        #expect(abs(Double(gumbel[index]) - wantGumbel) <= 4e-7 * max(1, abs(wantGumbel)))
        let wantLogistic = log(Double(u[index])) - log1p(-Double(u[index]))
        #expect(abs(Double(logistic[index]) - wantLogistic) <= 4e-7 * max(1, abs(wantLogistic)))
      }
    }
  }
}
