import CKernels
import Glibc
import Testing

extension KernelTests {
  @Suite struct ReductionTests {
    @Test func sumsOfOneSignAreGoodToOneMillionth() {
      for (seed, count) in [(1, 17), (2, 4_096), (3, 1_000_003)] as [(UInt32, Int)] {
        let words = randomWords(count, seed: seed)
        let spread = words.map { Float($0 >> 8) * 0x1p-24 + 1e-3 }
        for x in [spread, [Float](repeating: 0.1, count: count)] {
          let exact = x.reduce(0.0) { $0 + Double($1) }
          #expect(abs(igr_sum_f32(count, x) - exact) <= 1e-6 * exact, "seed \(seed), \(count) elements")
          let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
          #expect(abs(igr_sum_of_squares_f32(count, x) - squares) <= 1e-10 * squares, "seed \(seed)")
          #expect(abs(igr_sum_f64(count, x.map(Double.init)) - exact) <= 1e-10 * exact, "seed \(seed)")
        }
      }
    }

    /// More rows than a layer of convolutions has positions, columns around the widths of the loops.
    @Test(arguments: [1, 3, 15, 16, 17, 63, 64, 100]) func sumsOfRowsAreGoodToTheLastDigit(columns: Int) {
      let rows = 20_001
      let words = randomWords(rows * columns, seed: UInt32(columns))
      let x = words.map { Float($0 >> 8) * 0x1p-24 - 0.4 }
      var (sums, wide) = ([Float](repeating: .nan, count: columns), [Double](repeating: .nan, count: columns))
      igr_sum_rows_f32(1, rows, columns, x, &sums)
      igr_sum_rows_f64(1, rows, columns, x.map(Double.init), &wide)
      for column in 0..<columns {
        let exact = stride(from: column, to: x.count, by: columns).reduce(0.0) { $0 + Double(x[$1]) }
        #expect(abs(Double(sums[column]) - exact) <= 0x1p-23 * abs(exact), "column \(column) of \(columns)")
        #expect(abs(wide[column] - exact) <= 1e-12 * abs(exact), "column \(column) of \(columns)")
      }
    }

    /// Logits up to 80 and beyond, where a plain log(1 + exp l) overflows.
    @Test func bernoulliLogLikelihoodOfEveryLength() {
      let seed: UInt32 = 12
      for count in [0, 1, 15, 16, 17, 511, 512, 513, 784, 2_000] {
        let words = randomWords(2 * count, seed: seed)
        let logits = words.prefix(count).map { Float(Int32(bitPattern: $0)) * 0x1p-31 * 120 }
        let x = words.suffix(count).map { Float($0 >> 8) * 0x1p-24 }
        let exact = zip(x, logits).reduce(0.0) { sum, pair in
          let (x, l) = (Double(pair.0), Double(pair.1))
          return sum + x * l - max(l, 0) - log1p(exp(-abs(l)))
        }
        let sums = onEachTarget { _ in Double(logLikelihood(x, logits)) }
        for (target, sum) in sums {
          #expect(sum == sums[0].result, "\(target) differs from \(sums[0].target), \(count) elements")
          #expect(abs(sum - exact) <= 1e-6 * abs(exact), "\(count) elements, seed \(seed)")
        }
        let wide = wideLogLikelihood(x, logits)
        #expect(abs(wide - exact) <= 1e-12 * abs(exact), "\(count) elements, seed \(seed)")
      }
    }

    /// Every pixel is all but certain: none of the small terms may vanish beside 1, nor beside its logit.
    @Test func bernoulliLogLikelihoodKeepsSmallTerms() {
      for logit in [Float(9), 17, 40, 80] {
        for count in [1, 16, 127, 784] {
          let x = (0..<count).map { Float($0 % 2) }
          let logits = x.map { $0 == 1 ? logit : -logit }
          let exact = -Double(count) * log1p(exp(-Double(logit)))
          for (target, sum) in onEachTarget({ _ in Double(logLikelihood(x, logits)) }) {
            #expect(abs(sum - exact) <= 1e-6 * abs(exact), "\(target), \(count) logits of ±\(logit)")
          }
        }
      }
    }

    /// Two images, three samples of each: sample after sample beside its own image.
    @Test func bernoulliLogLikelihoodOfRowsIsThatOfEachRow() {
      let seed: UInt32 = 13
      let words = randomWords(8 * 50, seed: seed)
      let logits = words.prefix(6 * 50).map { Float(Int32(bitPattern: $0)) * 0x1p-29 }
      let x = words.suffix(2 * 50).map { Float($0 >> 31) }
      var (y, wide) = ([Float](repeating: .nan, count: 6), [Double](repeating: .nan, count: 6))
      igr_bernoulli_f32(6, 3, 50, x, logits, &y, nil)
      igr_bernoulli_f64(6, 3, 50, x.map(Double.init), logits.map(Double.init), &wide, nil)
      for row in 0..<6 {
        let (own, image) = (
          Array(logits[row * 50..<row * 50 + 50]), Array(x[row / 3 * 50..<row / 3 * 50 + 50])
        )
        #expect(y[row] == logLikelihood(image, own), "row \(row), seed \(seed)")
        #expect(wide[row] == wideLogLikelihood(image, own), "row \(row), seed \(seed)")
      }
    }

    /// In memory of their own and in that of the logits: the bits of the two kernels alone, NaN and beyond every bound too.
    @Test func sigmoidsBesideTheLogLikelihoodAreThoseAlone() {
      let seed: UInt32 = 14
      func same(_ a: [Float], _ b: [Float]) -> Bool {
        zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
      }
      for count in [1, 15, 127, 128, 129, 784] {
        let words = randomWords(3 * count, seed: seed)
        var logits = words.prefix(2 * count).map { Float(Int32(bitPattern: $0)) * 0x1p-31 * 120 }
        for (place, value) in [Float.nan, .infinity, -.infinity, 0, -0.0].enumerated() where place < count {
          logits[2 * count - 1 - place] = value
        }
        let x = words.suffix(count).map { Float($0 >> 31) }
        _ = onEachTarget { _ in
          var (likelihoods, alone) = ([Float](repeating: -1, count: 2), [Float](repeating: -1, count: 2))
          var (own, sigmoids, overwritten) = (logits, logits, logits)
          igr_unary_f32(IGR_SIGMOID, own.count, logits, &own)
          igr_bernoulli_f32(2, 2, count, x, logits, &alone, nil)
          igr_bernoulli_f32(2, 2, count, x, logits, &likelihoods, &sigmoids)
          #expect(same(sigmoids, own), "\(count) elements, seed \(seed)")
          #expect(same(likelihoods, alone), "\(count) elements, seed \(seed)")
          overwritten.withUnsafeMutableBufferPointer { memory in
            igr_bernoulli_f32(2, 2, count, x, memory.baseAddress, &likelihoods, memory.baseAddress)
          }
          #expect(same(overwritten, own), "\(count) elements, seed \(seed)")
          #expect(same(likelihoods, alone), "\(count) elements, seed \(seed)")
        }
      }
    }

    @Test func bernoulliLogLikelihoodPassesNaN() {
      for place in [0, 15, 130] {
        var logits = [Float](repeating: 1, count: 131)
        logits[place] = .nan
        for (target, sum) in onEachTarget({ _ in
          logLikelihood([Float](repeating: 0, count: 131), logits)
        }) {
          #expect(sum.isNaN, "\(target), place \(place)")
        }
      }
    }

    @Test func largestIsFoundAtEveryPlace() {
      for count in [1, 2, 15, 16, 17, 33, 100] {
        for place in 0..<count {
          var x = [Float](repeating: -3, count: count)
          x[place] = -2
          #expect(igr_max_f32(count, x) == -2)
          x[place] = .nan
          #expect(igr_max_f32(count, x).isNaN)
          #expect(igr_max_f64(count, x.map(Double.init)).isNaN)
        }
      }
    }

    @Test func maximumPassesNaNOfEitherSide() {
      for (a, b) in [(.nan, 1), (1, .nan)] as [(Float, Float)] {
        var out: Float = 0
        igr_binary_f32(IGR_MAXIMUM, 1, [a], 1, [b], 1, &out)
        #expect(out.isNaN)
      }
    }
  }
}
