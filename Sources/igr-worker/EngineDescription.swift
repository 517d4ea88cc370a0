import Tensors
import Trials

/// What computes in this program, in words.
enum EngineDescription {
  static var blas: String {
    "\(LinearAlgebraLibrary.description), kernels \(LinearAlgebraLibrary.kernelTarget)"
  }
  static var text: String {
    "igr-worker \(EngineVersion.program) (result version \(EngineVersion.result)), \(blas)"
  }
}
