import CKernels
import Glibc
import TestSupport
import Testing

extension KernelTests {
  @Suite struct AdamTests {
    /// Float32 by the tolerance beside each golden array, Float64 to 1e-9.
    @Test func goldenSteps() throws {
      for test in try GoldenFile.cases(of: "adam") {
        // How far the other place of ε would be is told for reading only.
        try test.requireKeys(["name", "learning_rate", "inputs", "outputs", "other_form"])
        let (inputs, outputs) = (try test.part("inputs"), try test.part("outputs"))
        try inputs.requireKeys(["w", "gradients"])
        try outputs.requireKeys(["w_after"])
        let (gradients, after) = (try inputs.arrays("gradients"), try outputs.arrays("w_after"))
        try #require(gradients.count == after.count && !after.isEmpty, "\(test)")
        let rate = try test.number("learning_rate")
        var w = try inputs.array("w").float32
        var m = [Float](repeating: 0, count: w.count)
        var v = m
        var (wide, wideM, wideV) = (w.map(Double.init), m.map(Double.init), m.map(Double.init))
        for (index, gradient) in gradients.enumerated() {
          let g = gradient.float32
          try #require(g.count == w.count, "\(test)")
          let t = Double(index + 1)
          let scales = (1 / (1 - pow(0.9, t)), 1 / (1 - pow(0.999, t)))
          _ = igr_adam_f32(
            [w.count], 1, &w, &m, &v, g, Float(rate), 0.9, 0.999, 1e-7, Float(scales.0), Float(scales.1))
          _ = igr_adam_f64(
            [w.count], 1, &wide, &wideM, &wideV, g.map(Double.init), rate, 0.9, 0.999, 1e-7, scales.0,
            scales.1)
          let step = "\(test), step \(index + 1)"
          #expect(after[index].disagreement(with: w.map(Double.init)) == nil, "\(step)")
          #expect(after[index].disagreement(with: wide, tolerance: 1e-9) == nil, "\(step)")
        }
      }
    }

    @Test func squaresOfTheGradientAreSummedInTheSamePass() {
      for count in [0, 1, 511, 512, 513, 2_047, 2_048, 2_049, 10_007] {
        let g = randomWords(count, seed: 9).map { Float(Int32(bitPattern: $0)) * 0x1p-31 }
        let exact = g.reduce(0.0) { $0 + Double($1) * Double($1) }
        for (target, squares) in onEachTarget({ _ in
          var (w, m, v) = (g, g, g.map(abs))
          let squares = igr_adam_f32([count], 1, &w, &m, &v, g, 1e-3, 0.9, 0.999, 1e-7, 10, 1_000)
          #expect(squares == igr_sum_of_squares_f32(count, g), "\(count) elements")
          return squares
        }) {
          #expect(abs(squares - exact) <= 1e-12 * exact, "\(target), \(count) elements, seed 9")
        }
      }
    }

    /// A denormal number would slow every later step down.
    @Test func momentsOfWeightsWithoutGradientEndAtZero() {
      for (target, moments) in onEachTarget({ _ in
        var (w, m, v) = (
          [Float](repeating: 1, count: 33), [Float](repeating: 1e-3, count: 33),
          [Float](repeating: 1e-36, count: 33)
        )
        let g = [Float](repeating: 0, count: 33)
        for _ in 0..<700 {
          _ = igr_adam_f32([33], 1, &w, &m, &v, g, 1e-3, 0.9, 0.999, 1e-7, 1, 1)
          #expect((m + v).allSatisfy { $0 == 0 || $0.isNormal })
        }
        return m + v
      }) {
        #expect(moments.allSatisfy { $0 == 0 }, "\(target)")
      }
    }
  }
}
