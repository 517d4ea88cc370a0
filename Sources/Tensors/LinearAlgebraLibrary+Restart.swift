import Glibc

extension LinearAlgebraLibrary {
  /// Starts this program anew, with the same arguments and process id, where OpenBLAS should be asked for another core
  /// than it chose. To be called first: nothing of the process's memory survives. A person's own choice stands, and
  /// children inherit it.
  public static func restartWithBetterCore() {
    keepName()
    guard getenv(coreVariable) == nil, let betterCore else { return }
    setenv(coreVariable, betterCore, 1)
    // Returns only when it fails; then this process goes on with what OpenBLAS chose.
    execv("/proc/self/exe", CommandLine.unsafeArgv)
  }

  /// The kernel names a process after the path of its program, which is `exe` after the restart: `top` and `pgrep` are to
  /// show the program's own name.
  private static func keepName() {
    guard let name = CommandLine.arguments.first?.split(separator: "/").last else { return }
    let descriptor = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    // It keeps the first fifteen bytes. Without them nothing but the name is missing.
    _ = Array(name.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
