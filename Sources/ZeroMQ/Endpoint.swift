/// Where a socket binds or connects: `tcp://host:port` or `ipc://path`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// As libzmq takes it.
  public let description: String

  /// - Returns: nil unless `text` is `tcp://HOST:PORT` (port 0…65535 or `*`; IPv6 in brackets) or `ipc://PATH`.
  public init?(_ text: String) {
    if text.hasPrefix("ipc://") {
      guard text.utf8.count > 6 else { return nil }
    } else {
      guard text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":") else { return nil }
      let host = text[text.index(text.startIndex, offsetBy: 6)...].prefix {
        $0 != "[" && $0 != "]" && $0 != ":"
      }
      let isBracketed = text.dropFirst(6).hasPrefix("[") && text[..<colon].hasSuffix("]")
      let port = text[text.index(after: colon)...]
      guard isBracketed || (!host.isEmpty && host.endIndex == colon),
        port == "*" || (port.allSatisfy { ("0"..."9").contains($0) } && UInt16(port) != nil)
      else { return nil }
    }
    description = text
  }

  /// True when only processes of this machine can reach it.
  public var isLoopback: Bool {
    if description.hasPrefix("ipc://") { return true }
    return host == "localhost" || host == "[::1]" || isLoopbackIPv4
  }

  /// The TCP port; nil for `ipc` and for the wildcard.
  public var port: UInt16? {
    guard description.hasPrefix("tcp://"), let colon = description.lastIndex(of: ":") else { return nil }
    return UInt16(description[description.index(after: colon)...])
  }

  /// The same host and another port; unchanged for `ipc`.
  public func withPort(_ port: UInt16) -> Endpoint {
    guard description.hasPrefix("tcp://") else { return self }
    return Endpoint("tcp://\(host):\(port)") ?? self
  }

  /// The same port of another host; nil for `ipc`, and where `host` is none.
  public func withHost(_ host: String) -> Endpoint? {
    guard description.hasPrefix("tcp://"), let colon = description.lastIndex(of: ":") else { return nil }
    return Endpoint("tcp://\(host)\(description[colon...])")
  }

  var isIPv6Address: Bool { description.hasPrefix("tcp://[") }

  private var host: Substring {
    let address = description.dropFirst(6)
    return address.prefix(upTo: address.lastIndex(of: ":") ?? address.endIndex)
  }

  /// 127.0.0.0/8, written as four numbers: a name such as `127.example.org` is none of it.
  private var isLoopbackIPv4: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
