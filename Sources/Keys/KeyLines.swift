import ZeroMQ

/// Keys as text: a name and a key on each line, as in `public …`; lines that begin with # say nothing.
struct KeyLines {
  private var texts: [Substring: Substring] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      if words.count == 2 { texts[words[0]] = words[1] }
    }
  }

  /// Nil where there is none of this name, or no key.
  func key(_ name: Substring) -> CurveKey? { texts[name].flatMap { CurveKey(String($0)) } }

  /// The halves named `public` and `secret`; nil where one is missing.
  var pair: CurveKeyPair? {
    guard let publicKey = key("public"), let secretKey = key("secret") else { return nil }
    return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
  }
}
