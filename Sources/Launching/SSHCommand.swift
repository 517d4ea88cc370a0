/// Command lines of OpenSSH. What is secret goes over standard input, never here.
public struct SSHCommand: Hashable, Sendable {
  public let host: SSHHost
  public let connectSeconds: Int

  public init(_ host: SSHHost, connectSeconds: Int) {
    self.host = host
    self.connectSeconds = connectSeconds
  }

  /// A host whose connection is silent is given up after four of these intervals.
  private static let aliveSeconds = 15

  /// Asks the host what it is (`igr-worker describe`), and whether it reaches `endpoint`.
  public func describing(reaching endpoint: (host: String, port: UInt16)?) -> [String] {
    start + remote(["describe"] + (endpoint.map { [$0.host, String($0.port)] } ?? []))
  }

  /// Starts the host's worker, which reads its keys from standard input and ends with it.
  public func working(for endpoint: String, times: [String]) -> [String] {
    var words = ["--connect", endpoint, "--keys-from-input", "--end-with-parent", "--slots", "\(host.slots)"]
    if let scratch = host.scratch { words += ["--scratch", scratch] }
    return start + remote(words + times)
  }

  private var start: [String] {
    var words = ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(connectSeconds)"]
    words += ["-o", "ServerAliveInterval=\(Self.aliveSeconds)", "-o", "ServerAliveCountMax=4"]
    // What the user's own configuration forwards is none of a worker's business.
    words += ["-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o", "ControlPath=none"]
    for option in host.options { words += ["-o", option] }
    if let port = host.port { words += ["-p", "\(port)"] }
    if let user = host.user { words += ["-l", user] }
    if let file = host.identityFile { words += ["-i", file, "-o", "IdentitiesOnly=yes"] }
    return words + ["--", host.name]
  }

  /// The shell there puts the words together again; `TextRules` leaves nothing in them for it to change.
  private func remote(_ words: [String]) -> [String] {
    let variables = host.environment.sorted { $0.key < $1.key }.map { "'\($0.key)=\($0.value)'" }
    return [(variables.isEmpty ? [] : ["env"] + variables).joined(separator: " ")].filter { !$0.isEmpty }
      + [host.program] + words
  }
}
