import CKernels
import Glibc
import Testing

extension KernelTests {
  /// Every target gives the same bits, for every length around the vector widths, in place and out of place.
  @Suite struct TargetAgreementTests {
    static let lengths = Array(0...70) + [511, 512, 513, 1_023, 1_024, 1_025, 4_099, 10_007]
    static let seed: UInt32 = 4_177

    func expectAgreement(_ what: String, _ run: () -> [UInt32]) {
      let outcomes = onEachTarget { _ in run() }
      for (target, words) in outcomes.dropFirst() {
        let difference = zip(words, outcomes[0].result).enumerated().first { $1.0 != $1.1 }
        #expect(
          words == outcomes[0].result,
          """
          \(what): \(target) differs from \(outcomes[0].target), first at \(difference?.offset ?? -1) \
          (seed \(Self.seed))
          """)
      }
    }

    /// Bit patterns, all NaN made equal: which of two NaN operands passes is the instruction's choice.
    func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern } }

    var arguments: [Float] {
      // Half ordinary numbers, half arbitrary bit patterns.
      randomWords(10_007, seed: Self.seed).enumerated().map { index, word in
        index % 2 == 0 ? Float(Int32(bitPattern: word)) * 0x1p-27 : Float(bitPattern: word)
      }
    }

    @Test func unary() {
      let x = arguments
      for op in IGR_NEGATE.rawValue...IGR_LOG_NORMAL_CDF.rawValue {
        for length in Self.lengths {
          expectAgreement("unary op \(op), length \(length)") {
            var inPlace = Array(x.prefix(length))
            inPlace.withUnsafeMutableBufferPointer { buffer in
              guard let base = buffer.baseAddress else { return }
              igr_unary_f32(igr_unary_op(op), length, base, base)
            }
            let separate = apply(igr_unary_op(op), Array(x.prefix(length)))
            #expect(bits(inPlace) == bits(separate))
            return bits(separate)
          }
        }
      }
    }

    @Test func binary() {
      let a = arguments
      let b = Array(a.reversed())
      for op in IGR_ADD.rawValue...IGR_MAXIMUM.rawValue {
        for length in Self.lengths {
          for (aStep, bStep) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
            expectAgreement("binary op \(op), length \(length), steps \(aStep) \(bStep)") {
              var out = [Float](repeating: 0, count: length)
              igr_binary_f32(igr_binary_op(op), length, a, aStep, b, bStep, &out)
              return bits(out)
            }
          }
        }
      }
    }

    @Test func logSoftmax() {
      let x = arguments.filter(\.isFinite).map { max(min($0, 80), -80) }
      for inner in Array(1...40) + [200] {
        let (outer, length) = (3, 5)
        expectAgreement("log softmax over the middle axis of [3, 5, \(inner)]") {
          var y = Array(x.prefix(outer * length * inner))
          y.withUnsafeMutableBufferPointer {
            igr_log_softmax_f32(outer, length, inner, $0.baseAddress!, $0.baseAddress!)  // inner is not 0
          }
          var sums = [Float](repeating: 0, count: outer * inner)
          igr_log_sum_exp_f32(outer, length, inner, x, &sums)
          for (place, value) in y.enumerated() {
            let (block, column) = (place / (length * inner), place % inner)
            let column64 = (0..<length).map { Double(x[(block * length + $0) * inner + column]) }
            let largest = column64.max()!  // length is not 0
            let sum = largest + log(column64.reduce(0) { $0 + exp($1 - largest) })
            #expect(abs(Double(value) - (Double(x[place]) - sum)) < 2e-5, "[3, 5, \(inner)] at \(place)")
            #expect(abs(Double(sums[block * inner + column]) - sum) < 2e-5, "[3, 5, \(inner)] at \(place)")
          }
          return bits(y + sums)
        }
      }
    }

    /// Columns longer than those that are collected, and shorter; with NaN or +∞ everything is NaN, with -∞ that place alone is -∞.
    @Test(arguments: [2, 10, 64, 65, 130]) func logSoftmaxOfWhatIsNotFinite(length: Int) {
      let outer = 2
      for inner in [1, 5, 16, 17, 20] {
        for special in [Float.nan, .infinity, -.infinity] {
          for row in [0, 1, length - 1] {
            var x = randomWords(outer * length * inner, seed: Self.seed).map { Float($0 >> 8) * 0x1p-22 }
            let column = inner - 1
            x[(length + row) * inner + column] = special
            expectAgreement("log softmax of [2, \(length), \(inner)] with \(special) in row \(row)") {
              var y = [Float](repeating: 0, count: x.count)
              igr_log_softmax_f32(outer, length, inner, x, &y)
              for place in y.indices {
                let isInColumn = place >= length * inner && place % inner == column
                let isItself = place == (length + row) * inner + column
                if special == -.infinity {
                  #expect(isItself ? y[place] == special : y[place].isFinite, "at \(place)")
                } else {
                  #expect(y[place].isNaN == isInColumn, "at \(place)")
                }
              }
              return bits(y)
            }
          }
        }
      }
    }

    @Test func reductions() {
      let x = arguments.filter(\.isFinite).map { max(min($0, 1e15), -1e15) }
      for length in Self.lengths where length < x.count {
        expectAgreement("sums of \(length)") {
          let values = [igr_sum_f32(length, x), igr_sum_of_squares_f32(length, x)]
          return values.flatMap { [UInt32(truncatingIfNeeded: $0.bitPattern), UInt32($0.bitPattern >> 32)] }
        }
        guard length > 0 else { continue }
        expectAgreement("rows of \(length)") {
          var y = [Float](repeating: 0, count: length)
          igr_sum_rows_f32(1, x.count / length, length, x, &y)
          return bits(y)
        }
        expectAgreement("largest of \(length)") { [igr_max_f32(length, x).bitPattern] }
      }
    }

    @Test func affineAndAdam() {
      let x = arguments
      for length in Self.lengths {
        expectAgreement("affine, length \(length)") {
          var y = [Float](repeating: 0, count: length)
          igr_affine_f32(length, 1.7, -0.3, x, &y)
          return bits(y)
        }
        expectAgreement("Adam, length \(length)") {
          var w = Array(x.prefix(length))
          var m = w.map { $0 * 0.5 }
          var v = w.map { $0 * $0 }
          _ = igr_adam_f32([length], 1, &w, &m, &v, x, 1e-3, 0.9, 0.999, 1e-7, 10, 1_000)
          return bits(w) + bits(m) + bits(v)
        }
      }
    }

    /// With ties and NaN, against the plain rule: the first of the largest, NaN never over what comes before it.
    @Test func oneHot() {
      let (outer, length) = (3, 5)
      for inner in Array(1...40) + [255, 256, 257, 600] {
        let words = randomWords(outer * length * inner, seed: Self.seed)
        let x = words.map { $0 % 19 == 0 ? Float.nan : Float($0 % 4) }
        var wanted = [Float](repeating: 0, count: x.count)
        for block in 0..<outer {
          for column in 0..<inner {
            let places = (0..<length).map { (block * length + $0) * inner + column }
            wanted[places.dropFirst().reduce(places[0]) { x[$1] > x[$0] ? $1 : $0 }] = 1
          }
        }
        for (target, y) in onEachTarget({ _ in
          var y = [Float](repeating: .nan, count: x.count)
          igr_one_hot_f32(outer, length, inner, x, &y)
          return y
        }) {
          #expect(y == wanted, "\(target), [3, 5, \(inner)], seed \(Self.seed)")
        }
        var wide = [Double](repeating: .nan, count: x.count)
        igr_one_hot_f64(outer, length, inner, x.map(Double.init), &wide)
        #expect(wide == wanted.map(Double.init), "[3, 5, \(inner)], seed \(Self.seed)")
      }
    }

    @Test func sparseProducts() {
      let x = arguments.filter(\.isFinite).map { max(min($0, 1e15), -1e15) }
      let starts: [UInt32] = [0, 3, 3, 7, 8]
      let places: [UInt32] = [0, 2, 4, 1, 2, 3, 4, 4]
      let values: [Float] = [1, 0.5, -3, 1, 1, 1, 0.25, 7]
      for length in Self.lengths where length > 0 && 5 * length <= x.count {
        expectAgreement("sparse product of \(length) columns") {
          var y = [Float](repeating: .nan, count: 4 * length)
          igr_sparse_product_f32(4, 5, starts, places, values, length, x, &y)
          return bits(y)
        }
      }
    }

    @Test func noise() {
      let kinds: [(String, (Int, UInt64, UnsafePointer<UInt32>, UnsafeMutablePointer<Float>) -> Void)] = [
        ("uniform", { igr_uniform_f32($0, $1, $2, $3) }), ("normal", { igr_normal_f32($0, $1, $2, $3) }),
        ("gumbel", { igr_gumbel_f32($0, $1, $2, $3) }), ("logistic", { igr_logistic_f32($0, $1, $2, $3) }),
      ]
      for (name, fill) in kinds {
        var longest = [Float](repeating: 0, count: 10_007)
        fill(10_007, 3, [Self.seed, 9], &longest)
        for length in Self.lengths {
          expectAgreement("\(name), length \(length)") {
            var out = [Float](repeating: 0, count: length)
            fill(length, 3, [Self.seed, 9], &out)
            // An element does not depend on how many follow it.
            #expect(out == Array(longest.prefix(length)))
            return bits(out)
          }
        }
      }
    }

    @Test func aNameThatIsNoTargetIsRefused() {
      let before = String(cString: igr_kernel_target())
      #expect(igr_limit_kernel_target("mmx") == -1)
      #expect(String(cString: igr_kernel_target()) == before)
    }
  }
}
