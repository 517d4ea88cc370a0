import Digests
import HDF5

/// Images of the user's own in an HDF5 file: the dataset `images`, [image, height, width] or [image, height, width,
/// channel], as unsigned bytes (0 … 255) or floating-point numbers in [0, 1]. `test_images`, of the same height, width and
/// channels, holds the test images; without it they are the last tenth (rounded down, at least one) of `images`.
struct HDF5Images {
  private let path: String
  private let name: DatasetName

  init(path: String, in folder: DataFolder) {
    self.path = path.hasPrefix("/") ? path : folder.path + "/" + path
    name = .hdf5(path: path)
  }

  /// SHA-256 over that of the file's bytes.
  func digest() throws(DatasetError) -> String {
    let file = try FileBytes.mapping(path)
    return DatasetName.digest(of: ["hdf5", file.digest.description])
  }

  func load() throws(DatasetError) -> ImageDataset {
    let digest = try digest()
    do {
      let file = try HDF5File(openingAt: path)
      let (train, test, split) = try sets(of: file.root)
      try file.close()
      return ImageDataset(
        name: name, train: train, test: test, digest: digest,
        sourceDescription: "\(path), \(train.count) + \(test.count) images (\(split))")
    } catch let error as HDF5Error {
      throw explained(error)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(.unreadable, "\(path): \(error)")
    }
  }

  private func sets(of root: Group) throws -> (train: ImageSet, test: ImageSet, split: String) {
    let images = try read("images", of: root)
    if try root.kind(of: "test_images") != nil {
      let test = try read("test_images", of: root)
      let shapes = [images, test].map { [$0.pixels.height, $0.pixels.width, $0.pixels.channels] }
      guard shapes[0] == shapes[1] else {
        throw DatasetError(
          .misshaped, "\(path): test_images are \(shapes[1]), expected \(shapes[0]) as the images are")
      }
      return (images.set(.train), test.set(.test), "test images as given")
    }
    guard images.count >= 2 else {
      throw DatasetError(
        .misshaped,
        "\(path): \(images.count) image and no test_images; one to train on and one to test are needed")
    }
    let held = max(1, images.count / 10)
    return (
      images.set(.train, 0..<images.count - held), images.set(.test, images.count - held..<images.count),
      "the last tenth as test images"
    )
  }

  /// Images of one dataset, all of them.
  private struct Images {
    let count: Int
    let pixels: PixelStore

    func set(_ part: ImagePart, _ range: Range<Int>? = nil) -> ImageSet {
      let range = range ?? 0..<count
      let start = range.lowerBound * pixels.imageSize * pixels.format.byteCount
      let pixels = PixelStore(
        memory: pixels.memory, offset: start, format: pixels.format, height: pixels.height,
        width: pixels.width, channels: pixels.channels)
      return ImageSet(count: range.count, pixels: pixels, part: part)
    }
  }

  private func read(_ name: String, of root: Group) throws -> Images {
    let dataset = try root.dataset(name)
    let form = try dataset.form()
    let shape = form.shape
    guard shape.count == 3 || shape.count == 4, shape.allSatisfy({ $0 > 0 }), shape[0] <= Int(Int32.max)
    else {
      throw DatasetError(
        .misshaped,
        "\(path): \(name) has the shape \(shape), expected [n, height, width] or [n, height, width, channels]"
      )
    }
    let (memory, format) = try pixels(dataset, form, name)
    return Images(
      count: shape[0],
      pixels: PixelStore(
        memory: memory, offset: 0, format: format, height: shape[1], width: shape[2],
        channels: shape.count == 4 ? shape[3] : 1))
  }

  private func pixels(
    _ dataset: Dataset, _ form: Dataset.Form, _ name: String
  ) throws -> (FileBytes, PixelStore.Format) {
    switch form.type {
    case .uint8:
      let bytes = try dataset.read(as: UInt8.self)
      guard bytes.max() != 1 else {
        throw DatasetError(
          .misshaped,
          "\(path): \(name) holds only the bytes 0 and 1, which are black among 0 … 255; store 255 for 1, or floats"
        )
      }
      return (try FileBytes.filled(count: bytes.count) { $0.copyBytes(from: bytes) }, .bytes)
    case .float32: return (try floats(dataset.read(as: Float.self), form.shape, name), .floats)
    // Training is Float32, so nothing is kept of the further digits.
    case .float64: return (try floats(dataset.read(as: Double.self), form.shape, name), .floats)
    default:
      throw DatasetError(
        .misshaped,
        "\(path): \(name) holds \(form.type?.rawValue ?? "another type"), expected uint8, float32 or float64")
    }
  }

  private func floats(_ values: [some BinaryFloatingPoint], _ shape: [Int], _ name: String) throws
    -> FileBytes
  {
    try FileBytes.filled(count: values.count * 4) { memory throws(DatasetError) in
      let pixels = memory.bindMemory(to: Float.self)
      for (index, value) in values.enumerated() {
        // False for NaN, too.
        guard value >= 0, value <= 1 else {
          var (rest, place) = (index, [Int]())
          for length in shape.reversed() {
            place.insert(rest % length, at: 0)
            rest /= length
          }
          throw DatasetError(
            .misshaped, "\(path): \(name)\(place) is \(value), expected a number from 0 to 1")
        }
        pixels[index] = Float(value)
      }
    }
  }

  private func explained(_ error: HDF5Error) -> DatasetError {
    switch error.code {
    // That the file is there was seen before.
    case .notHDF5, .typeMismatch, .missing: DatasetError(.misshaped, "\(error)")
    case _ where error.systemError != nil: DatasetError(.unreadable, "\(error)")
    case _ where error.stack.contains { $0.contains("truncated file") }:
      DatasetError(
        .wrongLength, "\(path): is cut off: shorter than its own header says; copy or make it again")
    default:
      DatasetError(
        .misshaped,
        "\(error.place): is damaged, so that HDF5 cannot read it; copy or make it again (\(error.message))")
    }
  }
}
