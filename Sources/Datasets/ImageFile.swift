import Digests
import Glibc

/// Finding and checking one file of a known data set.
package enum ImageFile {
  /// The path where the file lies, plain before compressed; nil where neither is there.
  package static func location(of file: KnownFile, in folder: String) -> String? {
    [folder + "/" + file.name, folder + "/" + file.name + ".gz"].first { access($0, F_OK) == 0 }
  }

  /// Checks the digest of a file at `path`, whatever its name, and returns nothing but the error.
  package static func verify(_ file: KnownFile, at path: String, of dataset: String) throws(DatasetError) {
    _ = try open(file, at: path, of: dataset, verifyDigest: true)
  }

  /// Opens, checks and returns the images of `file`.
  static func load(
    _ file: KnownFile, of dataset: String, in folder: DataFolder, verifyDigest: Bool, part: ImagePart
  ) throws(DatasetError) -> ImageSet {
    let place = folder.folder(of: dataset)
    guard let path = location(of: file, in: place) else {
      throw DatasetError(
        .missing,
        """
        data set \(dataset): neither \(place)/\(file.name) nor \(file.name).gz exists; \
        run `igr data fetch \(dataset)`, or set IGR_DATA to the folder that holds \(dataset)/
        """)
    }
    let bytes = try open(file, at: path, of: dataset, verifyDigest: verifyDigest)
    return ImageSet(
      bytes: bytes, header: IdxHeader(count: file.count, height: file.height, width: file.width), part: part)
  }

  private static func open(
    _ file: KnownFile, at path: String, of dataset: String, verifyDigest: Bool
  ) throws(DatasetError) -> FileBytes {
    let bytes =
      path.hasSuffix(".gz")
      ? try FileBytes.unpacking(path, limit: file.length) : try FileBytes.mapping(path)
    let header: IdxHeader
    do {
      header = try IdxHeader(reading: bytes.buffer)
    } catch {
      throw DatasetError(.misshaped, "\(path) is not a file of images: \(error.reason)")
    }
    guard header == IdxHeader(count: file.count, height: file.height, width: file.width) else {
      throw DatasetError(
        .misshaped,
        """
        \(path) has \(header.count) images of \(header.height)×\(header.width) by its header, \
        expected \(file.count) of \(file.height)×\(file.width)
        """)
    }
    guard bytes.buffer.count == file.length else {
      let what = bytes.buffer.count < file.length ? "truncated" : "too long"
      throw DatasetError(
        .wrongLength, "\(path) is \(what): expected \(file.length) bytes, found \(bytes.buffer.count)")
    }
    guard verifyDigest else { return bytes }
    let digest = SHA256.digest(of: bytes.buffer).description
    guard digest == file.digest else {
      throw DatasetError(
        .altered,
        """
        \(path) is not the known file of \(dataset): expected SHA-256 \(file.digest), found \(digest); \
        run `igr data fetch \(dataset)` to replace it
        """)
    }
    return bytes
  }
}
