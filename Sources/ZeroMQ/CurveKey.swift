import CZeroMQ

/// One half of a CURVE key pair: 32 bytes, written as 40 characters of Z85 (ZeroMQ RFC 32).
public struct CurveKey: Hashable, Sendable {
  /// 40 characters of Z85.
  public let text: String

  /// - Returns: nil unless `text` is 40 characters that stand for 32 bytes.
  public init?(_ text: String) {
    guard text.utf8.count == Self.textLength, Self.bytes(of: text) != nil else { return nil }
    self.text = text
  }

  /// - Returns: nil unless there are 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    var characters = [CChar](repeating: 0, count: Self.textLength + 1)
    guard zmq_z85_encode(&characters, bytes, bytes.count) != nil else { return nil }
    text = String(decoding: characters.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// 32 bytes.
  public var bytes: [UInt8] {
    Self.bytes(of: text)!  // `init` has decoded it before.
  }

  private static let textLength = 40

  private static func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard zmq_z85_decode(&bytes, text) != nil else { return nil }
    return bytes
  }
}

/// Both halves. Prints only the public one.
public struct CurveKeyPair: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  public let publicKey: CurveKey
  public let secretKey: CurveKey

  public init(publicKey: CurveKey, secretKey: CurveKey) {
    self.publicKey = publicKey
    self.secretKey = secretKey
  }

  /// A new pair from the system's random numbers.
  ///
  /// - Throws: `ZeroMQError` when libzmq was built without CURVE.
  public static func random() throws(ZeroMQError) -> CurveKeyPair {
    var publicText = [CChar](repeating: 0, count: 41)
    var secretText = [CChar](repeating: 0, count: 41)
    guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
      throw ZeroMQError.last("zmq_curve_keypair")
    }
    let texts = [publicText, secretText].map { characters in
      String(decoding: characters.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    guard let publicKey = CurveKey(texts[0]), let secretKey = CurveKey(texts[1]) else {
      preconditionFailure("zmq_curve_keypair gave something else than Z85")
    }
    return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
  }

  /// Whether the public half belongs to the secret one.
  public var isConsistent: Bool {
    var publicText = [CChar](repeating: 0, count: 41)
    guard zmq_curve_public(&publicText, secretKey.text) == 0 else { return false }
    return publicText.dropLast().map(UInt8.init(bitPattern:)).elementsEqual(publicKey.text.utf8)
  }

  public var description: String { "key pair of \(publicKey.text)" }
  public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey.text]) }
}
