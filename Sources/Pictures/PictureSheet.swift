/// Pictures of one size on a white sheet, row by row: `originals` above `reconstructions`, say.
public struct PictureSheet: Sendable {
  /// Rows of pictures; each picture is [height, width, channel], row-major, 0 black and 1 white. What is not a number
  /// is drawn black, what is outside [0, 1] at the nearer end.
  public var rows: [[[Float]]] = []
  public let width: Int
  public let height: Int
  public let channels: Int
  /// White pixels between pictures.
  public let gap: Int

  public init(width: Int, height: Int, channels: Int, gap: Int = 2) {
    self.width = width
    self.height = height
    self.channels = channels
    self.gap = gap
  }

  /// Cuts a tensor [image, height, width, channel] into pictures, at most `limit`.
  ///
  /// - Returns: nil when the shape is not that of such a tensor with at least one pixel and 1 or 3 channels.
  public static func pictures(
    _ values: [Float], shape: [Int], limit: Int = .max
  ) -> (pictures: [[Float]], sheet: PictureSheet)? {
    guard shape.count == 4, shape.allSatisfy({ $0 > 0 }), shape[3] == 1 || shape[3] == 3,
      values.count == shape.reduce(1, *)
    else { return nil }
    let size = shape[1] * shape[2] * shape[3]
    let pictures = (0..<min(limit, shape[0])).map { Array(values[$0 * size..<($0 + 1) * size]) }
    return (pictures, PictureSheet(width: shape[2], height: shape[1], channels: shape[3]))
  }

  /// The whole sheet, or nil without a picture.
  public var picture: PNGPicture? {
    guard let columns = rows.map(\.count).max(), columns > 0 else { return nil }
    let sheetWidth = columns * width + (columns - 1) * gap
    let sheetHeight = rows.count * height + (rows.count - 1) * gap
    var samples = [UInt8](repeating: 255, count: sheetWidth * sheetHeight * channels)
    for (row, pictures) in rows.enumerated() {
      for (column, picture) in pictures.enumerated() {
        for y in 0..<height {
          let line = ((row * (height + gap) + y) * sheetWidth + column * (width + gap)) * channels
          for x in 0..<width * channels { samples[line + x] = Self.sample(picture[y * width * channels + x]) }
        }
      }
    }
    return PNGPicture(width: sheetWidth, height: sheetHeight, channels: channels, samples: samples)
  }

  private static func sample(_ value: Float) -> UInt8 {
    value.isNaN ? 0 : UInt8((min(max(value, 0), 1) * 255).rounded())
  }
}
