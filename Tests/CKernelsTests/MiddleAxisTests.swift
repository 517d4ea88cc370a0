import CKernels
import Testing

extension KernelTests {
  /// Kernels along the middle axis, of every target, against the plain rule of one column, which rounds the same.
  @Suite struct MiddleAxisTests {
    static let seed: UInt32 = 611
    static let widths = Array(1...40) + [100, 1_003]
    /// Sticks around the longest columns that are collected.
    static let lengths = [0, 1, 2, 9, 63, 64, 65]

    /// [outer, length, inner], with sticks of exactly 0 and 1 among them.
    static func fractions(_ count: Int) -> [Float] {
      randomWords(count, seed: seed).map { $0 % 29 == 0 ? Float($0 % 2) : Float($0 >> 8) * 0x1p-24 }
    }

    static func slopes(_ count: Int) -> [Float] {
      randomWords(count, seed: seed + 1).map { Float(Int32(bitPattern: $0)) * 0x1p-30 }
    }

    /// A result between guards, not a number where nothing was written.
    static func guarded(_ count: Int, _ write: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      var memory = [Float](repeating: -77, count: count + 64)
      for place in 32..<32 + count { memory[place] = .nan }
      memory.withUnsafeMutableBufferPointer { write($0.baseAddress! + 32) }  // holds the guards at least
      #expect(memory.prefix(32).allSatisfy { $0 == -77 } && memory.suffix(32).allSatisfy { $0 == -77 })
      return Array(memory[32..<32 + count])
    }

    /// One column of a [outer, length, inner] array.
    static func column(_ x: [Float], _ block: Int, _ length: Int, _ inner: Int, _ place: Int) -> [Float] {
      (0..<length).map { x[(block * length + $0) * inner + place] }
    }

    @Test(arguments: lengths) func pieces(length: Int) {
      let outer = 3
      for inner in Self.widths where length < 60 || inner < 40 {
        let eta = Self.fractions(outer * length * inner)
        let outcomes = onEachTarget { _ in
          Self.guarded(outer * (length + 1) * inner) { igr_stick_breaking_f32(outer, length, inner, eta, $0) }
        }
        var wide = [Double](repeating: .nan, count: outer * (length + 1) * inner)
        igr_stick_breaking_f64(outer, length, inner, eta.map(Double.init), &wide)
        for (target, y) in outcomes {
          for block in 0..<outer {
            for place in 0..<inner {
              var (rest, wanted) = (Float(1), [Float]())
              for stick in Self.column(eta, block, length, inner, place) {
                wanted.append(stick * rest)
                rest *= 1 - stick
              }
              let found = Self.column(y, block, length + 1, inner, place)
              #expect(found == wanted + [rest], "\(target), [3, \(length), \(inner)] at \(block), \(place)")
            }
          }
          #expect(
            zip(y, wide).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(target), [3, \(length), \(inner)]")
        }
      }
    }

    @Test(arguments: lengths) func gradients(length: Int) {
      let outer = 3
      for inner in Self.widths where length < 60 || inner < 40 {
        let (eta, g) = (Self.fractions(outer * length * inner), Self.slopes(outer * (length + 1) * inner))
        let outcomes = onEachTarget { _ in
          Self.guarded(outer * length * inner) {
            igr_stick_breaking_gradient_f32(outer, length, inner, eta, g, $0)
          }
        }
        var wide = [Double](repeating: .nan, count: outer * length * inner)
        igr_stick_breaking_gradient_f64(
          outer, length, inner, eta.map(Double.init), g.map(Double.init), &wide)
        for (target, y) in outcomes {
          for block in 0..<outer {
            for place in 0..<inner {
              let sticks = Self.column(eta, block, length, inner, place)
              let upstream = Self.column(g, block, length + 1, inner, place)
              var rests = [Float(1)]
              for stick in sticks { rests.append(rests[rests.count - 1] * (1 - stick)) }
              var (after, wanted) = (upstream[length], [Float]())
              for k in sticks.indices.reversed() {
                wanted.append(rests[k] * (upstream[k] - after))
                after = upstream[k] * sticks[k] + after * (1 - sticks[k])
              }
              let found = Self.column(y, block, length, inner, place)
              #expect(found == wanted.reversed(), "\(target), [3, \(length), \(inner)] at \(block), \(place)")
            }
          }
          #expect(
            zip(y, wide).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(target), [3, \(length), \(inner)]")
        }
      }
    }

    /// Bounds that sums meet exactly or only nearly, sums that fall again, and NaN, behind which nothing counts. Hundredths tell
    /// sums in Float32 from those in Float64.
    @Test(arguments: [(9, 0.25), (9, 0.01), (0, 1)] as [(Int, Float)])
    func rowsWithinABound(length: Int, unit: Float) {
      let outer = 3
      for inner in Self.widths {
        let x = randomWords(outer * length * inner, seed: Self.seed).map { word -> Float in
          word % 41 == 0 ? .nan : Float(Int(word >> 16) % 6 - 1) * unit
        }
        for bound in [-1, 0, 0.05, 0.1, 0.5, 1.25, 100] {
          let wanted = (0..<outer * inner).map { index -> Float in
            var (sum, count) = (0.0, 0)
            for value in Self.column(x, index / inner, length, inner, index % inner) {
              sum += Double(value)
              guard sum <= bound else { break }
              count += 1
            }
            return Float(count)
          }
          for (target, counts) in onEachTarget({ _ in
            Self.guarded(outer * inner) { igr_rows_within_f32(outer, length, inner, bound, x, $0) }
          }) {
            #expect(
              counts == wanted, "\(target), [3, \(length), \(inner)], bound \(bound), seed \(Self.seed)")
          }
          var wide = [Double](repeating: .nan, count: outer * inner)
          igr_rows_within_f64(outer, length, inner, bound, x.map(Double.init), &wide)
          #expect(
            wide == wanted.map(Double.init), "[3, \(length), \(inner)], bound \(bound), seed \(Self.seed)")
        }
      }
    }

    @Test func rowsRepeated() {
      for count in Self.widths {
        let x = Self.slopes(count)
        for times in [0, 1, 2, 3, 16, 17] {
          let wanted = (0..<times).flatMap { _ in x }
          for (target, y) in onEachTarget({ _ in
            Self.guarded(times * count) { igr_repeat_f32(count, times, x, $0) }
          }) {
            #expect(y == wanted, "\(target), \(times) times \(count)")
          }
          var wide = [Double](repeating: .nan, count: times * count)
          igr_repeat_f64(count, times, x.map(Double.init), &wide)
          #expect(wide == wanted.map(Double.init), "\(times) times \(count)")
        }
      }
    }

    /// Blocks of rows side by side are the blocks alone.
    @Test func sumsOfRowsOfBlocks() {
      let (outer, rows) = (4, 11)
      for columns in Self.widths {
        let x = Self.slopes(outer * rows * columns)
        for (target, y) in onEachTarget({ _ in
          Self.guarded(outer * columns) { igr_sum_rows_f32(outer, rows, columns, x, $0) }
        }) {
          for block in 0..<outer {
            for place in 0..<columns {
              let sum = Self.column(x, block, rows, columns, place).reduce(0.0) { $0 + Double($1) }
              #expect(y[block * columns + place] == Float(sum), "\(target), [4, 11, \(columns)]")
            }
          }
        }
        var wide = [Double](repeating: .nan, count: outer * columns)
        igr_sum_rows_f64(outer, rows, columns, x.map(Double.init), &wide)
        for index in wide.indices {
          let sum = Self.column(x, index / columns, rows, columns, index % columns)
            .reduce(0.0) { $0 + Double($1) }
          #expect(wide[index] == sum, "[4, 11, \(columns)]")
        }
      }
    }
  }
}
