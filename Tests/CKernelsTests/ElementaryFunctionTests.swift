import CKernels
import Foundation
import Testing

extension KernelTests {
  @Suite struct ElementaryFunctionTests {
    struct Function: Sendable, CustomTestStringConvertible {
      let name: String
      let op: igr_unary_op
      let exact: @Sendable (Double) -> Double
      var testDescription: String { name }
    }

    static let functions: [Function] = [
      Function(name: "exp", op: IGR_EXP, exact: { exp($0) }),
      Function(name: "log", op: IGR_LOG, exact: { log($0) }),
      Function(name: "log1p", op: IGR_LOG1P, exact: { log1p($0) }),
      Function(
        name: "log1mexp", op: IGR_LOG1MEXP, exact: { $0 > -M_LN2 ? log(-expm1($0)) : log1p(-exp($0)) }),
      Function(name: "tanh", op: IGR_TANH, exact: { tanh($0) }),
      Function(
        name: "sigmoid", op: IGR_SIGMOID, exact: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }),
      Function(name: "softplus", op: IGR_SOFTPLUS, exact: { max($0, 0) + log1p(exp(-abs($0))) }),
      Function(name: "elu", op: IGR_ELU, exact: { $0 > 0 ? $0 : expm1($0) }),
      Function(name: "elu slope", op: IGR_ELU_SLOPE, exact: { $0 > 0 ? 1 : exp($0) }),
      Function(name: "sqrt", op: IGR_SQRT, exact: { $0.squareRoot() }),
      Function(name: "reciprocal", op: IGR_RECIPROCAL, exact: { 1 / $0 }),
    ]

    /// A dense grid where the functions bend, and random bit patterns, which are mostly very large or very small.
    static let arguments: [Float] = {
      let grid = (-110_000...110_000).map { Float($0) * 1e-3 }
      let fine = (-200_000...200_000).map { Float($0) * 1e-5 }
      return grid + fine + randomWords(500_000, seed: 20_261_122).map { Float(bitPattern: $0) }
    }()

    @Test(arguments: functions) func errorIsAtMostTwoULP(_ function: Function) {
      let got = apply(function.op, Self.arguments)
      var worst = (error: 0.0, x: Float(0))
      for (x, y) in zip(Self.arguments, got) {
        let error = ulps(y, function.exact(Double(x)))
        if !(error <= worst.error) { worst = (error, x) }
      }
      #expect(
        worst.error <= 2, "\(function.name)(\(worst.x)) is off by \(worst.error) ulp (words of seed 20261122)"
      )
    }

    @Test func logNormalCDFHoldsInBothTails() {
      let x = (-160_000...60_000).map { Float($0) * 5e-4 }
      let got = apply(IGR_LOG_NORMAL_CDF, x)
      var exact = [Double](repeating: 0, count: x.count)
      igr_unary_f64(IGR_LOG_NORMAL_CDF, x.count, x.map(Double.init), &exact)
      for index in x.indices where exact[index] < -Double(Float.leastNormalMagnitude) {
        let relative = abs(Double(got[index]) - exact[index]) / -exact[index]
        #expect(relative <= 1e-6, "x = \(x[index]): \(got[index]), expected \(exact[index])")
      }
    }

    /// Values computed with mpmath at 50 digits: log(erfc(-x / √2) / 2).
    @Test(arguments: [
      (-80.0, -3_205.301_121_356_890_4), (-30.0, -454.321_243_956_343_2), (-10.0, -53.231_285_150_512_471),
      (-1.0, -1.841_021_645_009_263_5), (0.0, -0.693_147_180_559_945_31), (1.0, -0.172_753_779_023_449_79),
      (5.0, -2.866_516_129_637_635_7e-7),
    ])
    func logNormalCDFInFloat64(x: Double, want: Double) {
      var got = 0.0
      igr_unary_f64(IGR_LOG_NORMAL_CDF, 1, [x], &got)
      #expect(abs(got - want) <= 1e-12 * abs(want))
    }

    struct SpecialValue: Sendable, CustomTestStringConvertible {
      let op: igr_unary_op
      let x: Float
      let want: Float
      init(_ op: igr_unary_op, _ x: Float, _ want: Float) { (self.op, self.x, self.want) = (op, x, want) }
      var testDescription: String { "op \(op.rawValue) of \(x)" }
    }

    static let specialValues: [SpecialValue] = [
      SpecialValue(IGR_EXP, -.infinity, 0), SpecialValue(IGR_EXP, .infinity, .infinity),
      SpecialValue(IGR_EXP, 0, 1),
      SpecialValue(IGR_EXP, -104, 0), SpecialValue(IGR_EXP, -103.97, Float.leastNonzeroMagnitude),
      SpecialValue(IGR_EXP, 88.73, .infinity), SpecialValue(IGR_LOG, 0, -.infinity),
      SpecialValue(IGR_LOG, -1, .nan),
      SpecialValue(IGR_LOG, 1, 0), SpecialValue(IGR_LOG, .infinity, .infinity),
      SpecialValue(IGR_LOG, Float.leastNonzeroMagnitude, -103.278_93),
      SpecialValue(IGR_LOG, -.infinity, .nan),
      SpecialValue(IGR_LOG1P, -1, -.infinity), SpecialValue(IGR_LOG1P, -1.5, .nan),
      SpecialValue(IGR_LOG1P, .infinity, .infinity), SpecialValue(IGR_LOG1P, 0x1p-140, 0x1p-140),
      SpecialValue(IGR_LOG1MEXP, 0, -.infinity), SpecialValue(IGR_LOG1MEXP, -.infinity, 0),
      SpecialValue(IGR_LOG1MEXP, 1, .nan), SpecialValue(IGR_LOG1MEXP, .infinity, .nan),
      SpecialValue(IGR_LOG1MEXP, -200, 0),
      SpecialValue(IGR_TANH, .infinity, 1), SpecialValue(IGR_TANH, -.infinity, -1),
      SpecialValue(IGR_TANH, 0x1p-140, 0x1p-140),
      SpecialValue(IGR_SIGMOID, .infinity, 1), SpecialValue(IGR_SIGMOID, -.infinity, 0),
      SpecialValue(IGR_SIGMOID, 0, 0.5), SpecialValue(IGR_SOFTPLUS, .infinity, .infinity),
      SpecialValue(IGR_SOFTPLUS, -.infinity, 0), SpecialValue(IGR_RELU, -.infinity, 0),
      SpecialValue(IGR_RELU, .infinity, .infinity), SpecialValue(IGR_STEP, 0, 0),
      SpecialValue(IGR_STEP, 0x1p-140, 1),
      SpecialValue(IGR_ELU, -.infinity, -1), SpecialValue(IGR_ELU, .infinity, .infinity),
      SpecialValue(IGR_ELU_SLOPE, -.infinity, 0), SpecialValue(IGR_ELU_SLOPE, 0, 1),
      SpecialValue(IGR_SQRT, -1, .nan),
      SpecialValue(IGR_LOG_NORMAL_CDF, -.infinity, -.infinity),
      SpecialValue(IGR_LOG_NORMAL_CDF, .infinity, 0),
    ]

    @Test(arguments: specialValues) func specialValue(_ value: SpecialValue) {
      // 17 copies: the vector body and the tail are different machine code.
      for (target, results) in onEachTarget({ _ in apply(value.op, Array(repeating: value.x, count: 17)) }) {
        for got in results {
          #expect(
            got == value.want || (got.isNaN && value.want.isNaN), "\(target): \(got), expected \(value.want)")
        }
      }
    }

    @Test func notANumberPassesThroughEveryFunctionButStep() {
      for op in IGR_NEGATE.rawValue...IGR_LOG_NORMAL_CDF.rawValue where op != IGR_STEP.rawValue {
        let results = apply(igr_unary_op(op), Array(repeating: .nan, count: 17))
        #expect(results.allSatisfy { $0.isNaN }, "op \(op)")
      }
    }

    @Test func log1pAndTanhKeepTheSignOfZero() {
      #expect(apply(IGR_LOG1P, [-0.0])[0].sign == .minus)
      #expect(apply(IGR_TANH, [-0.0])[0].sign == .minus)
    }
  }
}
