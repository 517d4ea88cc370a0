/// Constants of docs/design/0001-wire-protocol.md.
public enum WireFormat {
  /// Rises with every change of the payloads.
  public static let version: UInt8 = 1
  /// A larger payload is refused unread.
  public static let payloadLimit = 1 << 20

  /// First bytes of every payload.
  static let magic: [UInt8] = [0x49, 0x47, 0x52]  // "IGR"

  /// Longest texts in UTF-8 bytes.
  enum TextLimit {
    static let name = 256
    /// Longer ones are cut by the sender: they are for people.
    static let line = 4096
    static let configuration = 1 << 18
  }

  /// Most elements of lists.
  enum CountLimit {
    static let leases = 4096
    static let metrics = 256
    static let attempts = 4096
    static let logLines = 200
  }
}
