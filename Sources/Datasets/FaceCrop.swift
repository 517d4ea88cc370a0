import CImageDecoding

/// From a file of CelebA's aligned images, 178×218, to 64×64×3 bytes.
enum FaceCrop {
  static let side = 64
  static let imageSize = side * side * 3

  private static let width = 178
  private static let height = 218

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, UInt32, UInt32, UnsafeMutablePointer<UInt8>?,
    UnsafeMutablePointer<igr_image_report>?
  ) -> Int32

  /// Decodes, crops and reduces one image.
  ///
  /// - Throws: `DatasetError` naming the file, where it is not a JPEG or PNG image of 178×218 pixels or is damaged.
  static func read(_ path: String) throws(DatasetError) -> [UInt8] {
    let file = try FileBytes.mapping(path)
    let decode: Decoder
    if file.withBytes({ $0.starts(with: [0xFF, 0xD8, 0xFF]) }) {
      decode = igr_decode_jpeg
    } else if file.withBytes({ $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) }) {
      decode = igr_decode_png
    } else {
      throw DatasetError(.misshaped, "\(path) is neither a JPEG nor a PNG image (\(file.count) bytes)")
    }
    var report = igr_image_report()
    var status: Int32 = 0
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { pixels, count in
      status = file.withBytes { bytes in
        decode(
          bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, UInt32(width), UInt32(height),
          pixels.baseAddress, &report)
      }
      count = status == Int32(IGR_IMAGE_DECODED) ? width * height * 3 : 0
    }
    switch status {
    case Int32(IGR_IMAGE_DECODED): return reduced(pixels)
    case Int32(IGR_IMAGE_OF_OTHER_SIZE):
      throw DatasetError(
        .misshaped,
        "\(path) has \(report.width)×\(report.height) pixels, expected \(width)×\(height), the aligned images"
      )
    default: throw DatasetError(.wrongLength, "\(path) is damaged: \(words(of: report))")
    }
  }

  /// The middle 178×178 pixels (rows 20 to 197), then area averages: a pixel of 64×64 covers 178/64 pixels in each
  /// direction and is their mean, those on the border counting by the part that is covered. Computed in integers and
  /// rounded to the nearest, halves up, so every machine gives the same bytes.
  static func reduced(_ pixels: [UInt8]) -> [UInt8] {
    let top = (height - width) / 2
    return [UInt8](unsafeUninitializedCapacity: imageSize) { output, count in
      for row in 0..<side {
        for column in 0..<side {
          var sums = (0, 0, 0)
          for (y, down) in spans[row] {
            let line = (top + y) * width
            for (x, across) in spans[column] {
              let weight = down * across
              let place = (line + x) * 3
              sums.0 += weight * Int(pixels[place])
              sums.1 += weight * Int(pixels[place + 1])
              sums.2 += weight * Int(pixels[place + 2])
            }
          }
          let place = (row * side + column) * 3
          let whole = width * width
          output[place] = UInt8((sums.0 + whole / 2) / whole)
          output[place + 1] = UInt8((sums.1 + whole / 2) / whole)
          output[place + 2] = UInt8((sums.2 + whole / 2) / whole)
        }
      }
      count = imageSize
    }
  }

  /// For each of 64 places the pixels of 178 it covers, with the covered part in 64ths of a pixel: 178 together.
  private static let spans: [[(pixel: Int, part: Int)]] = (0..<side).map { place in
    let covered = place * width..<(place + 1) * width
    return (covered.lowerBound / side...(covered.upperBound - 1) / side).map { pixel in
      (pixel, covered.clamped(to: pixel * side..<(pixel + 1) * side).count)
    }
  }

  private static func words(of report: igr_image_report) -> String {
    withUnsafeBytes(of: report.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
