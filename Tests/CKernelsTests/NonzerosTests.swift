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

    @Test func aMatrixWithTooManyEntriesIsGivenUp() {
      let full = [Float](repeating: 1, count: 5 * 40)
      for (target, found) in onEachTarget({ _ in lists(rows: 5, columns: 40, full, limit: 50) }) {
        #expect(found == nil, "\(target)")
      }
    }
  }
}
