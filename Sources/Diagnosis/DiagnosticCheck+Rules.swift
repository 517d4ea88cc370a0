import Datasets

/// The judgements: from what was measured to what a person is told. The measuring is in `Diagnosis`.
extension DiagnosticCheck {
  /// A worker holds a data set, a results file, sockets and pipes for each trial; the coordinator a socket per worker.
  static let openFilesNeeded: UInt64 = 1_024

  static func openFiles(soft: UInt64, hard: UInt64) -> DiagnosticCheck {
    let found = "\(soft) (at most \(hard))"
    guard soft < openFilesNeeded else { return DiagnosticCheck("open-file limit", .ok, found: found) }
    let remedy =
      hard >= openFilesNeeded
      ? "run `ulimit -n \(openFilesNeeded)` in this shell before igr"
      : "ask the administrator to raise the hard limit to at least \(openFilesNeeded) (limits.conf, nofile)"
    return DiagnosticCheck("open-file limit", .failure, found: found, remedy: remedy)
  }

  /// - Parameters:
  ///   - folder: the results folder, or the nearest folder above it that exists.
  ///   - refusal: the system's reason for refusing a new file there; nil where one could be written.
  static func results(folder: String, refusal: String?, freeBytes: UInt64?) -> DiagnosticCheck {
    let name = "results folder"
    if let refusal {
      return DiagnosticCheck(
        name, .failure, found: "cannot write in \(folder): \(refusal)",
        remedy: "give --results DIR a folder that you may write to")
    }
    guard let freeBytes else {
      return DiagnosticCheck(name, .warning, found: "\(folder) is writable; its free space is not known")
    }
    let free = "\(folder) is writable, \(size(freeBytes)) free"
    if freeBytes < 200_000_000 {
      return DiagnosticCheck(
        name, .failure, found: free, remedy: "free some space, or use another --results DIR")
    }
    if freeBytes < 2_000_000_000 {
      return DiagnosticCheck(
        name, .warning, found: free, remedy: "`igr plan` tells how much the sweep will need")
    }
    return DiagnosticCheck(name, .ok, found: free)
  }

  static func dataset(_ name: DatasetName, _ verification: DatasetVerification) -> DiagnosticCheck {
    let title = "data set \(name.text)"
    let fetch = "run `igr data fetch \(name.text)`"
    return switch verification {
    case .verified(let path, let source): DiagnosticCheck(title, .ok, found: "\(path), verified: \(source)")
    // The sweeps that come with the program are on these two.
    case .missing(let message) where name == .mnist || name == .fmnist:
      DiagnosticCheck(title, .warning, found: message, remedy: fetch)
    case .missing:
      DiagnosticCheck(
        title, .ok,
        found: "not here, or not decoded; sweeps on it need `igr data fetch \(name.text)`, which tells more")
    case .damaged(let message): DiagnosticCheck(title, .failure, found: message, remedy: fetch)
    }
  }

  static func kernels(target: String, requested: String?, processor: String, cores: Int) -> DiagnosticCheck {
    let found = "\(processor), \(cores) cores, kernels for \(target)"
    guard let requested, requested != target else { return DiagnosticCheck("processor", .ok, found: found) }
    return DiagnosticCheck(
      "processor", .warning, found: "\(found), although IGR_CPU_TARGET asks for \(requested)",
      remedy: "unset IGR_CPU_TARGET, or set it to what this machine has: avx512, avx2, sse2 or neon")
  }

  static func python(versions: String?) -> DiagnosticCheck {
    guard let versions else {
      return DiagnosticCheck(
        "Python readers", .warning,
        found: "h5py or xarray cannot be imported by /usr/bin/python3 (only tests need them)",
        remedy: "`make deps` installs them")
    }
    return DiagnosticCheck("Python readers", .ok, found: versions)
  }

  private static func size(_ bytes: UInt64) -> String {
    bytes < 10_000_000_000 ? "\(bytes / 1_000_000) MB" : "\(bytes / 1_000_000_000) GB"
  }
}
