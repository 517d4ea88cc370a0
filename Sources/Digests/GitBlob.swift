import CCrypto

/// The name under which git stores the content of a file, by which a file published in a repository can be recognised.
public enum GitBlob {
  /// 40 hexadecimal digits: SHA-1 of `blob`, a space, the decimal length, a NUL and the bytes.
  ///
  /// It recognises a file; it does not protect against one that was made to collide.
  public static func name(of bytes: UnsafeRawBufferPointer) -> String {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else {
      fatalError("libcrypto has no SHA-1")
    }
    defer { EVP_MD_CTX_free(context) }
    let head = Array("blob \(bytes.count)".utf8) + [0]
    precondition(EVP_DigestUpdate(context, head, head.count) == 1)
    if let base = bytes.baseAddress { precondition(EVP_DigestUpdate(context, base, bytes.count) == 1) }
    var sum = [UInt8](repeating: 0, count: 20)
    precondition(EVP_DigestFinal_ex(context, &sum, nil) == 1)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
