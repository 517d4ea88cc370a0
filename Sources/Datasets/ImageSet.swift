/// Which file of a data set images come from: random bits of a training image and of the test image with the same index
/// are not the same.
enum ImagePart: UInt64, Sendable {
  case train = 0
  case test = 1
}

/// Images of one size, as unsigned bytes [count, height, width, channels] in row-major order, 0 black, 255 white.
///
/// A value of a few words: subsets share the bytes of the whole.
public struct ImageSet: Sendable {
  public let count: Int
  public let height: Int
  public let width: Int
  public let channels: Int

  let bytes: FileBytes
  let part: ImagePart
  /// Places in the file, where this is a subset.
  let places: [Int32]?

  init(bytes: FileBytes, header: IdxHeader, part: ImagePart) {
    self.bytes = bytes
    self.part = part
    (count, height, width, channels) = (header.count, header.height, header.width, 1)
    places = nil
  }

  private init(_ whole: ImageSet, places: [Int32]) {
    (bytes, part, self.places) = (whole.bytes, whole.part, places)
    (count, height, width, channels) = (places.count, whole.height, whole.width, whole.channels)
  }

  /// Values of one image.
  public var imageSize: Int { height * width * channels }

  /// The image at `row`, as bytes [height, width, channels].
  public subscript(row: Int) -> [UInt8] { Array(pixels(at: place(of: row))) }

  /// The images at `rows`, in that order. They keep their identity: an image has the same stochastic pixels in every
  /// subset.
  public func subset(_ rows: some Sequence<Int>) -> ImageSet {
    ImageSet(self, places: rows.map { Int32(place(of: $0)) })
  }

  func place(of row: Int) -> Int {
    precondition(row >= 0 && row < count, "row \(row) of \(count) images")
    return places.map { Int($0[row]) } ?? row
  }

  func pixels(at place: Int) -> UnsafeBufferPointer<UInt8> {
    let start = IdxHeader.length + place * imageSize
    return UnsafeRawBufferPointer(rebasing: bytes.buffer[start..<(start + imageSize)]).assumingMemoryBound(
      to: UInt8.self)
  }
}
