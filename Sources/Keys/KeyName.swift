/// What people call a key: a file name without its ending.
public struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let description: String

  /// The coordinator's key.
  public static let server = KeyName(unchecked: "server")
  /// The key that workers share unless each has its own.
  public static let worker = KeyName(unchecked: "worker")

  /// - Returns: nil unless `text` is 1 to 64 characters of `[0-9a-zA-Z_-]`, so that it never leaves its folder.
  public init?(_ text: String) {
    let isName = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x5F
    }
    guard isName, (1...64).contains(text.utf8.count) else { return nil }
    description = text
  }

  private init(unchecked text: String) { description = text }

  public static func < (a: KeyName, b: KeyName) -> Bool { a.description < b.description }
}
