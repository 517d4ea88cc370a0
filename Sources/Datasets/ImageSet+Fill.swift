import Randomness

/// How grey values become numbers.
public enum Binarization: Sendable {
  /// 1 where value / 255 ≥ 0.5, else 0.
  case threshold
  /// 1 with probability value / 255, drawn anew for every epoch. A pixel's bit depends on the key, the epoch, the image's
  /// place in its file and the pixel, and on nothing else. The key's purpose is `.binarization`.
  case stochastic(RandomKey, epoch: Int)
  /// value / 255.
  case none
}

extension ImageSet {
  /// Writes the images at `rows` one after another: Float32 [rows, height, width, channels], in [0, 1].
  ///
  /// - Parameter images: room for `rows.count * imageSize` numbers.
  public func fill(
    rows: some Collection<Int32>, into images: UnsafeMutablePointer<Float>, binarization: Binarization
  ) {
    var image = images
    for row in rows {
      let place = place(of: Int(row))
      write(pixels(at: place), place: place, to: image, binarization)
      image += imageSize
    }
  }

  private func write(
    _ pixels: UnsafeBufferPointer<UInt8>, place: Int, to image: UnsafeMutablePointer<Float>,
    _ binarization: Binarization
  ) {
    switch binarization {
    case .none:
      for index in 0..<pixels.count { image[index] = Float(pixels[index]) / 255 }
    case .threshold:
      for index in 0..<pixels.count { image[index] = pixels[index] >= 128 ? 1 : 0 }
    case .stochastic(let key, let epoch):
      let blocks = UInt64((pixels.count + 3) / 4)
      // Training images fill the lower half of the block numbers, test images the upper.
      let firstBlock = (part.rawValue << 63) + UInt64(place) * blocks
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: pixels.count) { words in
        key.fillWords(words, firstBlock: firstBlock, step: UInt64(epoch))
        for index in 0..<pixels.count {
          // word / 2^32 < value / 255, without rounding.
          image[index] = UInt64(words[index]) * 255 < UInt64(pixels[index]) << 32 ? 1 : 0
        }
      }
    }
  }
}
