import Digests
import Glibc

/// The file that keeps CelebA's images after decoding, so that it is done once and not by every trial: a header of 128
/// bytes, then all training images, then all test images, as bytes [image, 64, 64, 3].
///
/// Header: 16 bytes `IGR faces, v1\0…`; big-endian 32-bit words: training images, test images, height, width, channels;
/// at 48 SHA-256 of the partition list, at 80 that of the images' names and sizes, both as 32 bytes; at 112 the first half
/// of the SHA-256 of the header before it. The SHA-256 of the pixels lies after the last pixel.
struct DecodedFaces {
  struct Header: Equatable {
    let trainCount: Int
    let testCount: Int
    let partition: SHA256Digest
    let images: SHA256Digest
  }

  let header: Header
  /// SHA-256 of all pixels, as recorded when they were decoded.
  let pixelDigest: SHA256Digest
  private let file: FileBytes
  private let path: String

  static let fileName = "decoded-64x64x3.bin"
  private static let magic = Array("IGR faces, v1\0\0\0".utf8)
  private static let headerLength = 128

  /// Maps and checks a file: form, length, the header's own sum.
  init(path: String) throws(DatasetError) {
    let file = try FileBytes.mapping(path)
    (header, pixelDigest) = try file.withBytes { bytes throws(DatasetError) in try Self.parts(bytes, path) }
    self.file = file
    self.path = path
  }

  private static func parts(
    _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(DatasetError) -> (Header, SHA256Digest) {
    guard bytes.count >= headerLength + 32 else {
      throw refusal(path, .wrongLength, "has \(bytes.count) bytes, too few for its header")
    }
    let words = (0..<2).map { word in
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 + 4 * word, as: UInt32.self)))
    }
    let header = Header(
      trainCount: words[0], testCount: words[1], partition: SHA256Digest(bytes: Array(bytes[48..<80])),
      images: SHA256Digest(bytes: Array(bytes[80..<112])))
    guard bytes[..<headerLength].elementsEqual(Self.bytes(of: header)) else {
      throw refusal(path, .misshaped, "does not begin with the header of decoded faces")
    }
    let length = headerLength + (header.trainCount + header.testCount) * FaceCrop.imageSize + 32
    guard bytes.count == length else {
      throw refusal(path, .wrongLength, "should have \(length) bytes, found \(bytes.count)")
    }
    return (header, SHA256Digest(bytes: Array(bytes[(length - 32)...])))
  }

  /// The name of these images in a trial's identity.
  var digest: String {
    DatasetName.digest(of: [
      "celeb_a 64x64x3, \(header.trainCount) + \(header.testCount)", pixelDigest.description,
    ])
  }

  var train: ImageSet { images(0, header.trainCount, .train) }
  var test: ImageSet { images(header.trainCount, header.testCount, .test) }

  /// Reads all pixels and compares their SHA-256 with the recorded one.
  func verify() throws(DatasetError) {
    let found = file.withBytes { bytes in
      SHA256.digest(of: UnsafeRawBufferPointer(rebasing: bytes[Self.headerLength..<bytes.count - 32]))
    }
    guard found == pixelDigest else {
      throw Self.refusal(path, .altered, "should have pixels of SHA-256 \(pixelDigest), found \(found)")
    }
  }

  private func images(_ first: Int, _ count: Int, _ part: ImagePart) -> ImageSet {
    let side = FaceCrop.side
    let pixels = PixelStore(
      memory: file, offset: Self.headerLength + first * FaceCrop.imageSize, format: .bytes, height: side,
      width: side, channels: 3)
    return ImageSet(count: count, pixels: pixels, part: part)
  }

  /// Writes a new file from the images that `next` gives one after another, and puts it under `path` when it is whole and
  /// on disk. What a killed process left is overwritten, so one process at a time may do this.
  static func write(
    _ header: Header, to path: String, next: (_ index: Int) throws(DatasetError) -> [UInt8]
  ) throws(DatasetError) {
    let temporary = path + ".part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileBytes.unreadable(temporary, "create", errno) }
    defer { close(descriptor) }
    do throws(DatasetError) {
      try put(bytes(of: header), descriptor, temporary)
      var hash = SHA256()
      for index in 0..<header.trainCount + header.testCount {
        let image = try next(index)
        image.withUnsafeBytes { hash.update($0) }
        try put(image, descriptor, temporary)
      }
      try put(hash.finish().bytes, descriptor, temporary)
      guard fsync(descriptor) == 0 else { throw FileBytes.unreadable(temporary, "sync", errno) }
      guard rename(temporary, path) == 0 else { throw FileBytes.unreadable(temporary, "rename", errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func bytes(of header: Header) -> [UInt8] {
    var bytes = magic
    for word in [header.trainCount, header.testCount, FaceCrop.side, FaceCrop.side, 3] {
      withUnsafeBytes(of: UInt32(word).bigEndian) { bytes.append(contentsOf: $0) }
    }
    bytes += [UInt8](repeating: 0, count: 48 - bytes.count) + header.partition.bytes + header.images.bytes
    let sum = bytes.withUnsafeBytes { SHA256.digest(of: $0) }
    return bytes + sum.bytes.prefix(headerLength - bytes.count)
  }

  private static func put(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(DatasetError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileBytes.unreadable(path, "write to", errno) }
      written += count
    }
  }

  private static func refusal(_ path: String, _ code: DatasetError.Code, _ what: String) -> DatasetError {
    DatasetError(
      code, "\(path) \(what); remove it and run `igr data fetch celeb_a` to decode the images anew")
  }
}
