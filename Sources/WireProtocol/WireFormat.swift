/// Constants of docs/design/0001-wire-protocol.md.
public enum WireFormat {
  /// Rises with every change of the payloads.
  public static let version: UInt8 = 3
  /// A larger payload is refused unread.
  public static let payloadLimit = pieceLimit + 1 << 16
  /// Most bytes of a file in one message.
  public static let pieceLimit = 1 << 20
  /// Larger files are neither offered nor taken.
  public static let fileLimit = 1 << 36

  /// First bytes of every payload.
  static let magic: [UInt8] = [0x49, 0x47, 0x52]  // "IGR"

  /// Longest texts in UTF-8 bytes.
  enum TextLimit {
    static let name = 256
    /// Longer ones are cut by the sender: they are for people.
    static let line = 4096
    static let configuration = 1 << 18
    static let digest = 64
  }

  /// Most elements of lists.
  enum CountLimit {
    static let leases = 4096
    static let metrics = 256
    static let attempts = 4096
    static let logLines = 200
    static let datasets = 256
    static let datasetFiles = 4096
    static let sticks = 16384
  }
}
