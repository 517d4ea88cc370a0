import CKernels
import Testing

extension KernelTests {
  @Suite struct NonzerosTests {
    struct Lists: Equatable {
      var starts: [UInt32]
      var places: [UInt32]
      var values: [Float]
    }

    func lists(rows: Int, columns: Int, _ a: [Float], limit: Int) -> Lists? {
      var starts = [UInt32](repeating: 0, count: rows + 1)
      var places = [UInt32](repeating: 0, count: limit + columns + 16)
      var values = [Float](repeating: 0, count: limit + columns + 16)
      let count = igr_nonzeros_f32(rows, columns, a, limit, &starts, &places, &values)
      guard count <= limit else { return nil }
      return Lists(starts: starts, places: Array(places[..<count]), values: Array(values[..<count]))
    }

    @Test func aSmallMatrix() {
      let a: [Float] = [0, 2, 0, -3, 0, 0, 0, .nan, -0.0, 1, 0, 4]
      for (target, found) in onEachTarget({ _ in lists(rows: 3, columns: 4, a, limit: 12) }) {
        #expect(found?.starts == [0, 2, 3, 5], "\(target)")
        #expect(found?.places == [1, 3, 3, 1, 3], "\(target)")
        #expect(found?.values.map(\.description) == ["2.0", "-3.0", "nan", "1.0", "4.0"], "\(target)")
      }
    }

    @Test func everyTargetListsTheSameForEveryWidth() {
      let seed: UInt32 = 91
      for columns in Array(1...50) + [784] {
        let a = randomWords(7 * columns, seed: seed).map { $0 % 8 == 0 ? Float($0 % 101) : 0 }
        var wanted = Lists(starts: [0], places: [], values: [])
        for row in 0..<7 {
          for column in 0..<columns where a[row * columns + column] != 0 {
            wanted.places.append(UInt32(column))
            wanted.values.append(a[row * columns + column])
          }
          wanted.starts.append(UInt32(wanted.places.count))
        }
        for (target, found) in onEachTarget({ _ in lists(rows: 7, columns: columns, a, limit: a.count) }) {
          #expect(found == wanted, "\(target), \(columns) columns, seed \(seed)")
        }
      }
    }

    @Test func onesAreTold() {
      for count in [0, 1, 15, 16, 17, 100] {
        var values = [Float](repeating: 1, count: count)
        #expect(igr_are_ones_f32(count, values) != 0 && igr_are_ones_f64(count, values.map(Double.init)) != 0)
        for place in 0..<count {
          for other: Float in [0.5, .nan] {
            values[place] = other
            #expect(
              igr_are_ones_f32(count, values) == 0 && igr_are_ones_f64(count, values.map(Double.init)) == 0)
          }
          values[place] = 1
        }
      }
    }

    /// Widths of w around those of the tiles, with values and with ones.
    @Test(arguments: [0, 3, 100, 300]) func everyTargetGivesTheSameProduct(inner: Int) {
      expectTheProduct(rows: 5, inner: inner, [1, 15, 16, 17, 63, 64, 65, 130, 200, 256, 530])
    }

    /// So many entries that rows of w are copied, some slabs of them, for up to and for more rows than use one copy.
    @Test(arguments: [3, 112, 113, 300]) func everyTargetGivesTheSameProductOfManyRows(inner: Int) {
      for rows in [512, 513, 1_100] { expectTheProduct(rows: rows, inner: inner, [16, 37, 64, 130]) }
    }

    private func expectTheProduct(rows: Int, inner: Int, _ widths: [Int]) {
      let seed: UInt32 = 92
      for n in widths {
        let words = randomWords(rows * inner + inner * n, seed: seed)
        // Every eighth row has no entry.
        let a = words.prefix(rows * inner).enumerated().map { place, word in
          word % 8 == 0 && place / max(inner, 1) % 8 != 3 ? Float(1 + word % 101) : 0
        }
        let w = words.suffix(inner * n).map { Float(Int32(bitPattern: $0)) * 0x1p-31 }
        for a in [a, a.map { $0 == 0 ? 0 : 1 }] {
          guard let lists = lists(rows: rows, columns: inner, a, limit: a.count) else { return }
          let hasOnes = lists.values.allSatisfy { $0 == 1 }
          var wanted = [Float](repeating: 0, count: rows * n)
          for row in 0..<rows {
            for place in 0..<inner where a[row * inner + place] != 0 {
              for column in 0..<n {
                wanted[row * n + column] += a[row * inner + place] * w[place * n + column]
              }
            }
          }
          for (target, product) in onEachTarget({ _ in
            var y = [Float](repeating: .nan, count: rows * n)
            igr_sparse_product_f32(
              rows, inner, lists.starts, lists.places, hasOnes ? nil : lists.values, n, w, &y)
            return y
          }) {
            #expect(product == wanted, "\(target), [\(rows), \(inner)] by [\(inner), \(n)], seed \(seed)")
          }
        }
      }
    }

    @Test func aMatrixWithTooManyEntriesIsGivenUp() {
      let full = [Float](repeating: 1, count: 5 * 40)
      for (target, found) in onEachTarget({ _ in lists(rows: 5, columns: 40, full, limit: 50) }) {
        #expect(found == nil, "\(target)")
      }
    }
  }
}
