import CCrypto

/// The name under which git stores the content of a file, by which a file published in a repository can be recognised.
public enum GitBlob {
  /// 40 hexadecimal digits: SHA-1 of `blob`, a space, the decimal length, a NUL and the bytes.
  ///
  /// It recognises a file; it does not protect against one that was made to collide.
  public static func name(of bytes: UnsafeRawBufferPointer) -> String {
    var context = SHA_CTX()
    let head = Array("blob \(bytes.count)".utf8) + [0]
    var sum = [UInt8](repeating: 0, count: 20)
    // The library's functions fail only when it was built without SHA-1.
    precondition(SHA1_Init(&context) == 1, "libcrypto has no SHA-1")
    precondition(SHA1_Update(&context, head, head.count) == 1)
    if let base = bytes.baseAddress { precondition(SHA1_Update(&context, base, bytes.count) == 1) }
    precondition(SHA1_Final(&sum, &context) == 1)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
