import Digests

/// Size and SHA-256 of a file's bytes: what a worker announces and the coordinator checks before it publishes.
public struct FileFingerprint: Hashable, Sendable {
  public let byteCount: Int
  /// 64 lower-case hexadecimal digits.
  public let sha256: String

  public init(byteCount: Int, sha256: String) {
    self.byteCount = byteCount
    self.sha256 = sha256
  }

  init(of bytes: [UInt8]) {
    self.init(byteCount: bytes.count, sha256: bytes.withUnsafeBytes { SHA256.digest(of: $0).description })
  }

  /// Reads the file.
  ///
  /// - Throws: `ResultStoreError`: `missing`, or `disk` with the system's reason.
  public init(ofFileAt path: String) throws(ResultStoreError) {
    var hash = SHA256()
    var count = 0
    try DurableFile.forEachPiece(of: path) { piece in
      hash.update(piece)
      count += piece.count
    }
    self.init(byteCount: count, sha256: hash.finish().description)
  }
}
