import FoundationEssentials
import Glibc

/// The machine an attempt ran on, as recorded with it.
public struct MachineDescription: Hashable, Sendable, Codable {
  public var host: String
  /// CPU type as the kernel tells it.
  public var cpu: String
  /// Kernel target and BLAS build.
  public var blas: String
  /// Those features of the CPU that numerical kernels choose by, as the kernel names them.
  public var cpuFeatures: String

  public init(host: String, cpu: String, blas: String, cpuFeatures: String = "") {
    self.host = host
    self.cpu = cpu
    self.blas = blas
    self.cpuFeatures = cpuFeatures
  }

  /// As the kernel calls it: `x86_64`, `aarch64`.
  public static var architecture: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return withUnsafeBytes(of: name.machine) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// This machine.
  ///
  /// - Parameter blas: what the engine's libraries say of themselves.
  public static func current(blas: String) -> MachineDescription {
    var name = [CChar](repeating: 0, count: 256)
    let isKnown = gethostname(&name, name.count - 1) == 0
    let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let host = isKnown ? String(decoding: bytes, as: UTF8.self) : "unknown"
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return MachineDescription(
      host: host, cpu: cpuType(fromInformation: information), blas: blas,
      cpuFeatures: cpuFeatures(fromInformation: information))
  }

  /// The features that matter of those in the text of `/proc/cpuinfo`, sorted.
  static func cpuFeatures(fromInformation text: String) -> String {
    let known: Set<Substring> = [
      "sse4_2", "avx", "avx2", "fma", "avx512f", "asimd", "sve", "sve2", "sha_ni", "sha2",
    ]
    for line in text.split(separator: "\n") where line.hasPrefix("flags") || line.hasPrefix("Features") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let words = line[line.index(after: colon)...].split(separator: " ")
      return words.filter(known.contains).sorted().joined(separator: " ")
    }
    return ""
  }

  /// The CPU's name in the text of `/proc/cpuinfo`. Arm kernels give numbers instead of a name; these are kept,
  /// because they tell types apart just as well.
  static func cpuType(fromInformation text: String) -> String {
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = parts[0].trimmed
      if fields[name] == nil { fields[name] = parts[1].trimmed }
    }
    if let name = fields["model name"] ?? fields["Hardware"] { return name }
    let numbers = ["CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"]
    let arm = numbers.compactMap { fields[$0] }
    return arm.isEmpty ? "unknown" : "Arm " + arm.joined(separator: "/")
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop(while: \.isWhitespace)
    return String(
      start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex))
  }
}
