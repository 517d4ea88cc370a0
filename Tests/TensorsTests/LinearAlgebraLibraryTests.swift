import Testing

@testable import Tensors

@Suite struct LinearAlgebraLibraryTests {
  @Test(
    arguments: [
      ("Prescott", "avx512", "SkylakeX"), ("Prescott", "avx2", "Haswell"), ("Nehalem", "avx2", "Haswell"),
      ("Prescott", "sse2", nil), ("SkylakeX", "avx512", nil), ("Cooperlake", "avx512", nil),
      ("Zen", "avx512", nil), ("Haswell", "avx512", nil), ("Haswell", "avx2", nil),
      ("neoversen1", "neon", nil),
    ] as [(String, String, String?)])
  func aProcessorThatOpenBLASDoesNotKnowGetsItsVectors(chosen: String, target: String, wanted: String?) {
    #expect(LinearAlgebraLibrary.betterCore(than: chosen, kernelTarget: target) == wanted)
  }
}
