/// Which file of a data set images come from: random bits of a training image and of the test image with the same index
/// are not the same.
enum ImagePart: UInt64, Sendable {
  case train = 0
  case test = 1
}

/// Images of one size with values in [0, 1], 0 black, 1 white. They are stored as bytes (value / 255) or, where the
/// source has other numbers than bytes, as Float32: nothing is rounded to bytes silently.
///
/// A value of a few words: subsets and resized sets share the memory of the whole.
public struct ImageSet: Sendable {
  public let count: Int
  public let height: Int
  public let width: Int
  public let channels: Int

  let pixels: PixelStore
  let part: ImagePart
  /// Places in the file, where this is a subset.
  let places: [Int32]?
  /// How pixels are interpolated, where the images are not as stored.
  let sampling: BilinearSampling?

  init(count: Int, pixels: PixelStore, part: ImagePart) {
    self.init(count: count, pixels: pixels, part: part, places: nil, sampling: nil)
  }

  init(count: Int, pixels: PixelStore, part: ImagePart, places: [Int32]?, sampling: BilinearSampling?) {
    self.count = count
    self.pixels = pixels
    self.part = part
    self.places = places
    self.sampling = sampling
    height = sampling?.rows.count ?? pixels.height
    width = sampling?.columns.count ?? pixels.width
    channels = pixels.channels
  }

  /// Values of one image.
  public var imageSize: Int { height * width * channels }

  /// The images at `rows`, in that order. They keep their identity: an image has the same stochastic pixels in every
  /// subset.
  public func subset(_ rows: some Sequence<Int>) -> ImageSet {
    let places = rows.map { Int32(place(of: $0)) }
    return ImageSet(count: places.count, pixels: pixels, part: part, places: places, sampling: sampling)
  }

  func place(of row: Int) -> Int {
    precondition(row >= 0 && row < count, "row \(row) of \(count) images")
    return places.map { Int($0[row]) } ?? row
  }
}
