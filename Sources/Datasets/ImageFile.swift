import CZlib
import Digests
import Glibc

/// Finding and checking one idx file of images.
package enum ImageFile {
  /// The path where the file lies, plain before compressed; nil where neither is there.
  package static func location(of file: KnownFile, in folder: String) -> String? {
    location(ofFile: file.name, in: folder)
  }

  static func location(ofFile name: String, in folder: String) -> String? {
    [folder + "/" + name, folder + "/" + name + ".gz"].first { access($0, F_OK) == 0 }
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
    return images(
      bytes, IdxHeader(count: file.count, height: file.height, width: file.width), part: part)
  }

  /// Opens a file of any number of images of one size.
  ///
  /// - Returns: the images and the file's unpacked bytes.
  static func load(
    path: String, height: Int, width: Int, part: ImagePart
  ) throws(DatasetError) -> (images: ImageSet, bytes: FileBytes) {
    let promised = try header(peekingInto: path)
    guard promised.count > 0, promised.height == height, promised.width == width else {
      throw otherShape(path, found: promised, expected: "some of \(height)×\(width)")
    }
    let length = IdxHeader.length + promised.count * height * width
    // A damaged count must not take memory that no file of this size can fill.
    let isReachable = try Inflation.canReach(length, from: FileBytes.length(of: path))
    guard isReachable || !path.hasSuffix(".gz") else {
      throw DatasetError(
        .wrongLength, "\(path) promises \(promised.count) images, more than a file of its length can hold")
    }
    let bytes = try open(path, expecting: promised)
    return (images(bytes, promised, part: part), bytes)
  }

  private static func images(_ bytes: FileBytes, _ header: IdxHeader, part: ImagePart) -> ImageSet {
    let pixels = PixelStore(
      memory: bytes, offset: IdxHeader.length, format: .bytes, height: header.height, width: header.width,
      channels: 1)
    return ImageSet(count: header.count, pixels: pixels, part: part)
  }

  private static func open(
    _ file: KnownFile, at path: String, of dataset: String, verifyDigest: Bool
  ) throws(DatasetError) -> FileBytes {
    let bytes = try open(
      path, expecting: IdxHeader(count: file.count, height: file.height, width: file.width))
    guard verifyDigest else { return bytes }
    let digest = bytes.digest.description
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

  private static func open(_ path: String, expecting expected: IdxHeader) throws(DatasetError) -> FileBytes {
    let length = IdxHeader.length + expected.count * expected.height * expected.width
    let bytes =
      path.hasSuffix(".gz") ? try FileBytes.unpacking(path, limit: length) : try FileBytes.mapping(path)
    let found = try bytes.withBytes { bytes throws(DatasetError) in try header(of: bytes, path) }
    guard found == expected else {
      throw otherShape(
        path, found: found, expected: "\(expected.count) of \(expected.height)×\(expected.width)")
    }
    guard bytes.count == length else {
      let what = bytes.count < length ? "truncated" : "too long"
      throw DatasetError(
        .wrongLength, "\(path) is \(what): expected \(length) bytes, found \(bytes.count)")
    }
    return bytes
  }

  /// The header of a plain or compressed file, before anything is unpacked to its length.
  private static func header(peekingInto path: String) throws(DatasetError) -> IdxHeader {
    guard let file = gzopen(path, "rb") else { throw FileBytes.unreadable(path, "open", errno) }
    defer { gzclose(file) }
    var count: Int32 = 0
    let start = try FileBytes.filled(count: IdxHeader.length) { memory throws(DatasetError) in
      count = gzread(file, memory.baseAddress, UInt32(memory.count))
    }
    guard count >= 0 else { throw DatasetError(.wrongLength, "\(path) is damaged: it cannot be unpacked") }
    return try start.withBytes { start throws(DatasetError) in
      try header(of: UnsafeRawBufferPointer(rebasing: start[..<Int(count)]), path)
    }
  }

  private static func header(
    of bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(DatasetError) -> IdxHeader {
    do { return try IdxHeader(reading: bytes) } catch { throw noImages(path, error) }
  }

  private static func noImages(_ path: String, _ error: IdxHeaderError) -> DatasetError {
    DatasetError(.misshaped, "\(path) is not a file of images: \(error.reason)")
  }

  private static func otherShape(_ path: String, found: IdxHeader, expected: String) -> DatasetError {
    DatasetError(
      .misshaped,
      """
      \(path) has \(found.count) images of \(found.height)×\(found.width) by its header, \
      expected \(expected)
      """)
  }
}
