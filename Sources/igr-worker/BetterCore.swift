import Glibc
import Tensors

/// Starts this program anew, with the same arguments and process id, where OpenBLAS should be asked for other kernels
/// than it chose: it reads the variable only when it is loaded. A person's own choice stands, and children inherit it.
func restartWithBetterCore() {
  guard getenv(LinearAlgebraLibrary.coreVariable) == nil, let core = LinearAlgebraLibrary.betterCore else {
    return
  }
  setenv(LinearAlgebraLibrary.coreVariable, core, 1)
  // Returns only when it fails; then this process goes on with what OpenBLAS chose.
  execv("/proc/self/exe", CommandLine.unsafeArgv)
}
