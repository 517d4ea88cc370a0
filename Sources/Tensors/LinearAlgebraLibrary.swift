import CKernels
import COpenBLAS

/// What computes: recorded with every attempt, because results are bit-identical only for the same of these.
public enum LinearAlgebraLibrary {
  /// OpenBLAS's version, build options and chosen core, for example `OpenBLAS 0.3.21 … SkylakeX`.
  public static var description: String {
    let configuration = openblas_get_config().map { String(cString: $0) } ?? "OpenBLAS"
    let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown core"
    // Two spaces in OpenBLAS's own text would only look like a mistake in tables.
    return configuration.split(separator: " ").joined(separator: " ") + " core " + core
  }

  /// The vector extension our own kernels use here: `sse2`, `avx2`, `avx512`, `neon` or `portable`.
  public static var kernelTarget: String { String(cString: igr_kernel_target()) }

  /// Sets the threads of matrix products in this process.
  public static func setThreads(_ count: Int) { openblas_set_num_threads(Int32(count)) }
}
