import Glibc

extension RunPaths {
  /// What can be told of a folder.
  public enum Kind: Hashable, Sendable {
    /// With its sweep file, so that what is missing is known too.
    case sweep
    /// Trial files alone.
    case trialsOnly
  }

  /// - Throws: `ResultStoreError` with code `missing`, and what to give instead, when the folder has no results.
  public func kind() throws(ResultStoreError) -> Kind {
    var status = stat()
    guard stat(root, &status) == 0 else { throw ResultStoreError(.missing, root, "there is no such folder") }
    guard stat(trialsFolder, &status) == 0 else {
      throw ResultStoreError(.missing, root, "is no results folder: it has no folder trials/" + advice)
    }
    if isResultsFolder { return .sweep }
    let hasTrials = try DurableFile.names(in: trialsFolder).contains { $0.hasSuffix(".h5") }
    guard hasTrials else {
      throw ResultStoreError(.missing, root, "has no sweep.yaml, and its folder trials/ holds no trial file")
    }
    return .trialsOnly
  }

  private var advice: String {
    guard let names = try? DurableFile.names(in: root), names.contains(where: { $0.hasSuffix(".h5") }) else {
      return ""
    }
    return "; to read the .h5 files in it, put them into a folder trials/ and give the folder above"
  }
}
