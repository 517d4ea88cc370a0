/// Why a payload is no message, or a message no payload.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sender speaks another version of the protocol: answer `refused`, which every version can read.
  case unknownVersion(found: UInt8, ours: UInt8)
  /// Larger than a payload or one of its fields may be.
  case oversized(what: String, count: Int, limit: Int)
  /// Not a message; the text says at which byte and why.
  case malformed(String)

  public var description: String {
    switch self {
    case .unknownVersion(let found, let ours):
      "protocol version \(found) is spoken by the other side, this side speaks \(ours): install the same igr on both"
    case .oversized(let what, let count, let limit): "\(what) is \(count) long, at most \(limit) is allowed"
    case .malformed(let reason): "not a message: \(reason)"
    }
  }
}
