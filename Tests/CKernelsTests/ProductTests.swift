import CKernels
import Testing

extension KernelTests {
  /// Matrix products of every target that has them, against sums in double.
  @Suite struct ProductTests {
    static let seed: UInt32 = 7_301

    /// Widths and heights around vectors, strips and panels.
    static let sides = [1, 2, 5, 6, 7, 13, 14, 15, 16, 17, 31, 32, 33, 47, 64, 100, 168, 169, 200, 391]
    /// Inner lengths around vectors, prefetching and the depth of 1,024.
    static let depths = [1, 2, 7, 8, 9, 15, 16, 17, 100, 1_024, 1_025, 2_100]

    struct Case: CustomStringConvertible {
      var m: Int, n: Int, k: Int
      var isATransposed: Bool, isBTransposed: Bool, isAdding: Bool

      var description: String {
        "\(isATransposed ? "Aᵀ" : "A")·\(isBTransposed ? "Bᵀ" : "B"), m \(m), n \(n), k \(k), \(isAdding ? "added" : "set"), seed \(seed)"
      }

      func numbers(_ count: Int, stream: UInt32) -> [Float] {
        randomWords(count, seed: seed &+ stream).map { Float(Int32(bitPattern: $0)) * 0x1p-31 }
      }
      var a: [Float] { numbers(m * k, stream: 1) }
      var b: [Float] { numbers(k * n, stream: 2) }
      var before: [Float] { numbers(m * n, stream: 3) }

      /// The product of this process's target and threads, or nil where it has none; with guards on both sides.
      func run(_ a: [Float], _ b: [Float], _ before: [Float]) -> [Float]? {
        let guards = [Float](repeating: -77, count: 64)
        var c = guards + before + guards
        let isDone = c.withUnsafeMutableBufferPointer {
          igr_product_f32(
            isATransposed ? 1 : 0, isBTransposed ? 1 : 0, m, n, k, a, b, $0.baseAddress! + 64,
            isAdding ? 1 : 0)
        }
        #expect(Array(c.prefix(64)) == guards && Array(c.suffix(64)) == guards, "\(self): written outside")
        return isDone != 0 ? Array(c[64..<(64 + m * n)]) : nil
      }

      /// Largest difference to sums in double, in units of the error that k roundings may make.
      func error(_ c: [Float], _ a: [Float], _ b: [Float], _ before: [Float]) -> Double {
        var worst = 0.0
        for i in 0..<m {
          for j in 0..<n {
            var sum = isAdding ? Double(before[i * n + j]) : 0
            var size = abs(sum)
            for p in 0..<k {
              let term =
                Double(isATransposed ? a[p * m + i] : a[i * k + p])
                * Double(isBTransposed ? b[j * k + p] : b[p * n + j])
              sum += term
              size += abs(term)
            }
            worst = max(
              worst, abs(Double(c[i * n + j]) - sum) / (size * 0x1p-24 * Double(k + 2).squareRoot()))
          }
        }
        return worst
      }
    }

    /// A few hundred cases: every side with every kind, the other lengths in turn.
    static var cases: [Case] {
      var cases: [Case] = []
      for (index, m) in sides.enumerated() {
        for (other, n) in sides.enumerated() where (index + other) % 3 == 0 {
          for kind in 0..<4 {
            let k = depths[(index * 5 + other * 7 + kind) % depths.count]
            guard m * n * k < 1 << 23 else { continue }
            cases.append(
              Case(
                m: m, n: n, k: k, isATransposed: kind & 1 != 0, isBTransposed: kind & 2 != 0,
                isAdding: (index + other + kind) % 2 == 0))
          }
        }
      }
      // First factors around the size up to which the second is read in place, with few terms and many.
      for (m, k) in [(1_000, 172), (1_001, 172), (336, 512), (337, 512), (17_203, 10), (17_204, 10)] {
        for n in [70, 530] where m < 2_000 || n == 70 {
          for kind in 0..<4 {
            cases.append(
              Case(
                m: m, n: n, k: k, isATransposed: kind & 1 != 0, isBTransposed: kind & 2 != 0,
                isAdding: kind == n % 4))
          }
        }
      }
      // Several blocks of either factor.
      cases.append(
        Case(m: 391, n: 700, k: 1_025, isATransposed: true, isBTransposed: false, isAdding: false))
      return cases
    }

    @Test func equalSumsInDoubleAndAreTheSameOnEveryTarget() {
      let initial = igr_threads()
      defer { igr_set_threads(initial) }
      var compared = 0
      for test in Self.cases {
        let (a, b, before) = (test.a, test.b, test.before)
        igr_set_threads(1)
        let outcomes = onEachTarget { _ in test.run(a, b, before) }.filter { $0.result != nil }
        guard let first = outcomes.first?.result else { continue }
        // Roundings are independent of each other: their sum grows with the root of their number.
        #expect(test.error(first, a, b, before) < 6, "\(test)")
        for (target, c) in outcomes.dropFirst() {
          #expect(c?.map(\.bitPattern) == first.map(\.bitPattern), "\(target), \(test)")
        }
        for threads in [2, 3] {
          igr_set_threads(threads)
          #expect(
            test.run(a, b, before)?.map(\.bitPattern) == first.map(\.bitPattern),
            "\(threads) threads, \(test)")
        }
        compared += 1
      }
      #expect(compared == (availableTargets.contains("avx2") ? Self.cases.count : 0))
    }

    /// NaN and infinity go where sums put them, also from the last columns of a strip.
    @Test func nonFiniteFactorsStayInTheirRowAndColumn() {
      let test = Case(m: 20, n: 37, k: 9, isATransposed: false, isBTransposed: false, isAdding: false)
      var (a, b) = (test.a, test.b)
      a[3 * 9 + 4] = .nan
      b[2 * 37 + 36] = .infinity
      guard let c = test.run(a, b, test.before) else { return }
      for i in 0..<20 {
        for j in 0..<37 {
          #expect(c[i * 37 + j].isFinite == (i != 3 && j != 36), "row \(i), column \(j)")
          if i == 3 { #expect(c[i * 37 + j].isNaN) }
        }
      }
    }

    @Test func nothingToSumIsLeftToTheLibrary() {
      var c: [Float] = [1, 2]
      #expect(igr_product_f32(0, 0, 1, 2, 0, [], [], &c, 0) == 0)
      #expect(c == [1, 2])
    }

    /// A second caller does its work itself, and both get their own results.
    @Test func callersAtTheSameTimeDoNotMeet() async {
      let initial = igr_threads()
      defer { igr_set_threads(initial) }
      igr_set_threads(3)
      let test = Case(m: 100, n: 200, k: 300, isATransposed: false, isBTransposed: true, isAdding: false)
      let (a, b, before) = (test.a, test.b, test.before)
      let wanted = test.run(a, b, before)
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 {
          group.addTask { (0..<50).allSatisfy { _ in test.run(a, b, before) == wanted } }
        }
        for await isEqual in group { #expect(isEqual) }
      }
    }
  }
}
