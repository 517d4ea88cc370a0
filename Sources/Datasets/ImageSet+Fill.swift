import Randomness

/// How grey values become numbers.
public enum Binarization: Sendable {
  /// 1 where the value is at least 0.5, else 0.
  case threshold
  /// 1 with the value as probability, drawn anew for every epoch. A pixel's bit depends on the key, the epoch, the image's
  /// place in its file and the pixel, and on nothing else. The key's purpose is `.binarization`.
  case stochastic(RandomKey, epoch: Int)
  /// The value itself.
  case none
}

extension ImageSet {
  /// Writes the images at `rows` one after another: Float32 [rows, height, width, channels], in [0, 1]. Resizing comes
  /// before binarization.
  ///
  /// - Parameter images: room for `rows.count * imageSize` numbers.
  public func fill(
    rows: some Collection<Int32>, into images: UnsafeMutablePointer<Float>, binarization: Binarization
  ) {
    var image = images
    // Images of a batch lie anywhere in the file: each is asked for while earlier ones are written.
    for row in rows.prefix(Self.imagesAhead) { pixels.prefetch(place(of: Int(row))) }
    var upcoming = rows.dropFirst(Self.imagesAhead).makeIterator()
    for row in rows {
      if let next = upcoming.next() { pixels.prefetch(place(of: Int(next))) }
      let place = place(of: Int(row))
      if sampling == nil, pixels.format == .bytes {
        pixels.withBytes(at: place) { write($0, place: place, to: image, binarization) }
      } else {
        writeValues(place, to: image)
        binarize(image, place: place, binarization)
      }
      image += imageSize
    }
  }

  private static var imagesAhead: Int { 4 }

  /// Bytes are compared without rounding and without becoming fractions first.
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
      withRandomWords(key, epoch: epoch, place: place) { words in
        for index in 0..<pixels.count { image[index] = Self.bit(words[index], value: pixels[index]) }
      }
    }
  }

  /// 1 where word / 2^32 < value / 255, without rounding: 255 · 0x01010101 is 2^32 − 1, so 2^32 · value / 255 is above
  /// value · 0x01010101 by less than 1, or by 1 for 255; below 0 there is nothing.
  @inline(__always)
  static func bit(_ word: UInt32, value: UInt8) -> Float {
    let value = UInt32(value)
    // Without a branch, which grey pixels would mislead.
    let (isBelow, isNotBlack): (Int32, Int32) = (word <= value &* 0x0101_0101 ? 1 : 0, value != 0 ? 1 : 0)
    return Float(isBelow & isNotBlack)
  }

  private func writeValues(_ place: Int, to image: UnsafeMutablePointer<Float>) {
    guard let sampling else { return pixels.write(place, to: image) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pixels.imageSize) { stored in
      let stored = stored.baseAddress!  // no image is empty
      pixels.write(place, to: stored)
      sampling.resize(stored, channels: channels, to: image)
    }
  }

  private func binarize(_ image: UnsafeMutablePointer<Float>, place: Int, _ binarization: Binarization) {
    switch binarization {
    case .none: return
    case .threshold:
      for index in 0..<imageSize { image[index] = image[index] >= 0.5 ? 1 : 0 }
    case .stochastic(let key, let epoch):
      withRandomWords(key, epoch: epoch, place: place) { words in
        for index in 0..<imageSize {
          // word / 2^32 < value; both sides are exact in Float64.
          image[index] = Double(words[index]) < Double(image[index]) * 0x1p32 ? 1 : 0
        }
      }
    }
  }

  private func withRandomWords(
    _ key: RandomKey, epoch: Int, place: Int, _ body: (UnsafeMutableBufferPointer<UInt32>) -> Void
  ) {
    let blocks = UInt64((imageSize + 3) / 4)
    // Training images fill the lower half of the block numbers, test images the upper.
    let firstBlock = (part.rawValue << 63) + UInt64(place) * blocks
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: imageSize) { words in
      key.fillWords(words, firstBlock: firstBlock, step: UInt64(epoch))
      body(words)
    }
  }
}
