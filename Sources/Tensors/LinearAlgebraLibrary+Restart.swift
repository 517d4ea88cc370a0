import Glibc

extension LinearAlgebraLibrary {
  /// Starts this program anew, with the same arguments and process id, where OpenBLAS should be asked for another core
  /// than it chose. To be called first: nothing of the process's memory survives. A person's own choice stands, and
  /// children inherit it.
  public static func restartWithBetterCore() {
    guard getenv(coreVariable) == nil, let betterCore else { return }
    setenv(coreVariable, betterCore, 1)
    // Returns only when it fails; then this process goes on with what OpenBLAS chose.
    execv("/proc/self/exe", CommandLine.unsafeArgv)
  }
}
