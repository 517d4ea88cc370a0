import Testing

@testable import Tensors

@Suite struct LinearAlgebraLibraryTests {
  /// Attempts record who multiplies.
  @Test func tellsWhatMultipliesHere() {
    let text = LinearAlgebraLibrary.description
    if ["avx2", "avx512"].contains(LinearAlgebraLibrary.kernelTarget) {
      #expect(text == "igr products")
    } else {
      #expect(text.hasPrefix("OpenBLAS ") && text.contains(" core ") && !text.contains("  "))
    }
  }

  /// Where this machine has no product of its own, and for Float64, OpenBLAS multiplies: the same to rounding.
  @Test func everyPrecisionMultipliesTheSame() {
    let (m, n, k) = (5, 37, 19)
    let a = (0..<m * k).map { Double(($0 * 37) % 101) / 64 - 0.7 }
    let b = (0..<k * n).map { Double(($0 * 53) % 97) / 64 - 0.6 }
    for isTransposed in [false, true] {
      var (c, d) = ([Double](repeating: 1, count: m * n), [Float](repeating: 1, count: m * n))
      Double.matrixProduct(
        m: m, n: n, k: k, a, transposeA: isTransposed, b, transposeB: isTransposed, &c, isAdding: true)
      Float.matrixProduct(
        m: m, n: n, k: k, a.map(Float.init), transposeA: isTransposed, b.map(Float.init),
        transposeB: isTransposed, &d,
        isAdding: true)
      for (one, other) in zip(c, d) { #expect(abs(one - Double(other)) < 1e-5) }
      #expect(c[1] != c[0])
    }
  }
}
