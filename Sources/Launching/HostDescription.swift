/// What `igr-worker describe` tells of its machine, line by line: `key: value`.
public struct HostDescription: Hashable, Sendable {
  public var program = ""
  public var resultVersion = 0
  public var protocolVersion = 0
  public var host = ""
  public var architecture = ""
  public var cpu = ""
  public var cpuFeatures = ""
  public var cores = 0
  /// The address from which the ssh connection came; empty where there is none.
  public var peer = ""
  /// Whether it reached what it was asked to reach: nil where it was not asked, empty where it did, else the reason.
  public var unreached: String?

  public init() {}

  /// - Returns: nil for a text that a worker's `describe` never writes.
  public init?(_ text: String) {
    var fields: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    guard let program = fields["program"], let result = fields["result version"].flatMap({ Int($0) }),
      let wire = fields["protocol"].flatMap({ Int($0) })
    else { return nil }
    (self.program, resultVersion, protocolVersion) = (program, result, wire)
    host = fields["host"] ?? ""
    architecture = fields["architecture"] ?? ""
    cpu = fields["cpu"] ?? ""
    cpuFeatures = fields["cpu features"] ?? ""
    cores = fields["cores"].flatMap { Int($0) } ?? 0
    peer = fields["peer"] ?? ""
    unreached = fields["reach"].map { $0 == "ok" ? "" : $0 }
  }

  /// As `init(_:)` reads it.
  public var text: String {
    var lines = [
      "program: \(program)", "result version: \(resultVersion)", "protocol: \(protocolVersion)",
      "host: \(host)",
      "architecture: \(architecture)", "cpu: \(cpu)", "cpu features: \(cpuFeatures)", "cores: \(cores)",
    ]
    if !peer.isEmpty { lines.append("peer: \(peer)") }
    if let unreached { lines.append("reach: \(unreached.isEmpty ? "ok" : unreached)") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Why a worker of this description cannot work for a coordinator of that one; nil where it can.
  public func mismatch(with here: HostDescription) -> String? {
    guard resultVersion == here.resultVersion, protocolVersion == here.protocolVersion else {
      return
        "has igr-worker \(program) (result version \(resultVersion), protocol \(protocolVersion)), and this igr is"
        + " \(here.program) (result version \(here.resultVersion), protocol \(here.protocolVersion)): install the same"
        + " igr on both"
    }
    return nil
  }
}
