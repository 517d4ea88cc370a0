import ZeroMQ

/// Which keys may connect to a coordinator: the content of `allowed.keys`.
///
/// One key a line: `allowed` or `revoked`, the public key, its name; lines that begin with `#` and empty ones say
/// nothing. A key that is revoked stays in the list, so that a log can tell whose it was.
public struct AccessList: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var name: KeyName
    public var key: CurveKey
    public var isAllowed: Bool

    public init(name: KeyName, key: CurveKey, isAllowed: Bool) {
      self.name = name
      self.key = key
      self.isAllowed = isAllowed
    }
  }

  /// What the list says of a key.
  public enum Verdict: Hashable, Sendable {
    case allowed(KeyName)
    case revoked(KeyName)
    /// Not in the list, or no key at all.
    case unknown
  }

  /// In the order of the file.
  public private(set) var entries: [Entry] = []

  public init(_ entries: [Entry] = []) {
    for entry in entries { put(entry) }
  }

  /// - Throws: `KeyError` for a line that is none of the above, with its number; then nobody gets in by mistake.
  public init(text: String, path: String) throws(KeyError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !line.hasPrefix("#") else { continue }
      guard words.count == 3, first == "allowed" || first == "revoked", let key = CurveKey(String(words[1])),
        let name = KeyName(String(words[2]))
      else {
        throw KeyError(
          path,
          "line \(index + 1) is not 'allowed' or 'revoked', a public key of 40 characters and a name: correct it"
        )
      }
      put(Entry(name: name, key: key, isAllowed: first == "allowed"))
    }
  }

  /// As `init(text:path:)` reads it.
  public var text: String {
    "# Who may connect to the coordinator of this folder; read again when it changes (igr keys --help).\n"
      + entries.map { "\($0.isAllowed ? "allowed" : "revoked")  \($0.key.text)  \($0.name)\n" }.joined()
  }

  public func verdict(on key: CurveKey?) -> Verdict {
    guard let key, let entry = entries.first(where: { $0.key == key }) else { return .unknown }
    return entry.isAllowed ? .allowed(entry.name) : .revoked(entry.name)
  }

  public func allows(_ key: CurveKey?) -> Bool {
    if case .allowed = verdict(on: key) { true } else { false }
  }

  /// Adds an entry in place of one with the same key.
  public mutating func put(_ entry: Entry) {
    if let index = entries.firstIndex(where: { $0.key == entry.key }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Revokes every key of this name.
  ///
  /// - Returns: how many were allowed before.
  public mutating func revoke(_ name: KeyName) -> Int {
    var count = 0
    for index in entries.indices where entries[index].name == name && entries[index].isAllowed {
      entries[index].isAllowed = false
      count += 1
    }
    return count
  }
}
