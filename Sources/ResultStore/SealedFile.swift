import Digests
import Glibc
import HDF5

/// HDF5 files that end with a seal: a line with the SHA-256 of every byte before it, after the end of what HDF5
/// itself uses, where other readers do not look.
///
/// The library (1.10, and later ones) follows addresses in a damaged file without care: one flipped bit can end the
/// process. A whole file is therefore checked before the library sees it.
enum SealedFile {
  static let opening = "\nigr-seal sha256 "
  /// Bytes of a seal: the opening, 64 hexadecimal digits and a line end.
  static let byteCount = opening.utf8.count + 65

  /// Writes and syncs a file's bytes and their seal.
  ///
  /// - Returns: size and digest of the file, seal included.
  @discardableResult
  static func write(_ content: [UInt8], to path: String) throws(ResultStoreError) -> FileFingerprint {
    let seal = Array((opening + FileFingerprint(of: [content]).sha256 + "\n").utf8)
    try DurableFile.write([content, seal], to: path)
    return FileFingerprint(of: [content, seal])
  }

  /// Opens a file whose seal is right.
  ///
  /// - Throws: `ResultStoreError`: `missing`, `notHDF5`, `damaged`, `disk`.
  static func open(_ path: String) throws -> HDF5File {
    try check(path)
    return try HDF5File(openingAt: path)
  }

  private static func check(_ path: String) throws(ResultStoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw ResultStoreError(system: errno, path, cannotBe: "opened") }
    var remaining = max(0, Int(status.st_size) - byteCount)
    var hash = SHA256()
    var beginning: [UInt8] = []
    var end: [UInt8] = []
    try DurableFile.forEachPiece(of: path) { piece in
      if beginning.isEmpty { beginning = Array(piece.prefix(signature.count)) }
      let sealed = min(remaining, piece.count)
      hash.update(UnsafeRawBufferPointer(rebasing: piece[..<sealed]))
      end.append(contentsOf: piece[sealed...])
      remaining -= sealed
    }
    guard beginning == signature else { throw ResultStoreError(.notHDF5, path, "is not an HDF5 file") }
    guard end.elementsEqual((opening + hash.finish().description + "\n").utf8) else {
      throw ResultStoreError(
        .damaged, path,
        "was cut off, damaged or changed after it was written: the checksum at its end is missing or another")
    }
  }

  // HDF5 file format specification, part II.A; files of ours begin with it.
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
}
