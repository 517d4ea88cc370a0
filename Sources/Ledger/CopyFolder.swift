import FoundationEssentials
import Glibc
import ResultStore

/// Where copies of ledgers lie: in the folder for temporary files, or, where that cannot be written, as after the end of
/// the job whose it was, hidden in the results folder. Names tell whose they are, so that what a killed process left can
/// be removed.
enum CopyFolder {
  /// What `TMPDIR` names, else `/tmp`.
  static var temporary: String {
    let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return named.isEmpty ? "/tmp" : named
  }

  private static let name = "igr-ledger"

  /// Makes a new folder, and removes those of processes of this machine that have ended.
  ///
  /// - Throws: `LedgerError` with code `disk`, which names both places.
  static func make(in temporary: String, orIn results: String) throws(LedgerError) -> String {
    let host = Self.host
    var refusals: [String] = []
    for (parent, prefix) in [(temporary, name), (results, "." + name)] {
      removeLeftovers(in: parent, prefix: "\(prefix).\(host)")
      var template = Array("\(parent)/\(prefix).\(host).\(getpid()).XXXXXX".utf8CString)
      if mkdtemp(&template) != nil {
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
      refusals.append(systemReason(errno))
    }
    throw LedgerError(
      .disk, results,
      "its ledger is read from a copy, for which no folder can be made: neither in \(temporary), the folder for"
        + " temporary files (\(refusals[0])), nor here (\(refusals[1])); let TMPDIR name a folder that can be written"
    )
  }

  /// - Parameter prefix: name and host.
  private static func removeLeftovers(in parent: String, prefix: String) {
    for entry in (try? DurableFile.names(in: parent)) ?? [] where entry.hasPrefix(prefix + ".") {
      let parts = entry.dropFirst(prefix.count + 1).split(separator: ".")
      guard parts.count == 2, let process = Int32(parts[0]), process > 0 else { continue }
      guard kill(process, 0) != 0, errno == ESRCH else { continue }
      try? FileManager.default.removeItem(atPath: "\(parent)/\(entry)")
    }
  }

  /// The first part of this machine's name, which has no dot.
  private static var host: String {
    LockHolder.current.host.split(separator: ".").first.map(String.init) ?? "host"
  }
}
