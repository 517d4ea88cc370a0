import COpenBLAS

extension LinearAlgebraLibrary {
  /// The variable by which OpenBLAS is told its kernels ("core"); it reads it once, when it is loaded.
  public static let coreVariable = "OPENBLAS_CORETYPE"

  /// The core that OpenBLAS should be asked for on this processor; nil where its own choice is good.
  public static var betterCore: String? {
    guard let chosen = openblas_get_corename().map({ String(cString: $0) }) else { return nil }
    return betterCore(than: chosen, kernelTarget: kernelTarget)
  }

  /// An OpenBLAS that is older than an x86-64 processor takes it for one without AVX, which makes products several times
  /// slower (0.3.21 does so on Intel's model 207).
  ///
  /// - Parameters:
  ///   - chosen: OpenBLAS's name of what it chose.
  ///   - kernelTarget: what this processor can do, as `kernelTarget` tells.
  static func betterCore(than chosen: String, kernelTarget: String) -> String? {
    guard withoutAVX.contains(chosen) else { return nil }
    switch kernelTarget {
    case "avx512": return "SkylakeX"
    case "avx2": return "Haswell"
    default: return nil
    }
  }

  /// OpenBLAS's cores of x86-64 whose widest vectors are those of SSE.
  private static let withoutAVX: Set = [
    "Atom", "Barcelona", "Bobcat", "Core2", "Dunnington", "Nano", "Nehalem", "Opteron", "Opteron_SSE3",
    "Penryn",
    "Prescott",
  ]
}
