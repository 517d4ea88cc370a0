import FoundationEssentials

/// This process's environment as `NAME=value`, with additions that replace equal names.
func mergedEnvironment(_ additions: [String: String]) -> [String] {
  ProcessInfo.processInfo.environment.merging(additions) { _, new in new }.map { "\($0)=\($1)" }
}

/// The path of the running program.
public func pathOfThisProgram() -> String? {
  try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
}
