import CKernels
import COpenBLAS

/// What multiplies matrices in Float32: our own products on processors with AVX2 or AVX-512, OpenBLAS on others.
public enum LinearAlgebraLibrary {
  /// What multiplies here, for example `igr products` or `OpenBLAS 0.3.21 … core ARMV8`: recorded with every attempt.
  public static var description: String {
    if igr_has_product() != 0 { return "igr products" }
    let configuration = openblas_get_config().map { String(cString: $0) } ?? "OpenBLAS"
    let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown core"
    // Two spaces in OpenBLAS's own text would only look like a mistake in tables.
    return configuration.split(separator: " ").joined(separator: " ") + " core " + core
  }

  /// The vector extension our own kernels use here: `sse2`, `avx2`, `avx512`, `neon` or `portable`.
  public static var kernelTarget: String { String(cString: igr_kernel_target()) }

  /// Sets the threads that share a product, dense or sparse, and a pass of the optimiser in this process.
  public static func setThreads(_ count: Int) {
    igr_set_threads(count)
    openblas_set_num_threads(Int32(count))
  }
}
