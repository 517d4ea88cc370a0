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

  /// Of bytes that follow one another.
  init(of pieces: [[UInt8]]) {
    var hash = SHA256()
    for piece in pieces { piece.withUnsafeBytes { hash.update($0) } }
    self.init(byteCount: pieces.reduce(0) { $0 + $1.count }, sha256: hash.finish().description)
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
