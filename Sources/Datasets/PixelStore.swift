/// The pixels of all images of one file as they are stored: [count, height, width, channels], row-major.
struct PixelStore: Sendable {
  enum Format: Sendable {
    /// Unsigned bytes, 0 black, 255 white.
    case bytes
    /// Float32 of this machine, in [0, 1].
    case floats

    var byteCount: Int { self == .bytes ? 1 : 4 }
  }

  let memory: FileBytes
  /// Bytes before the first pixel.
  let offset: Int
  let format: Format
  let height: Int
  let width: Int
  let channels: Int

  var imageSize: Int { height * width * channels }

  /// The image at `place`; only for `.bytes`.
  func bytes(at place: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(format == .bytes, "the images are stored as floats")
    return raw(at: place).assumingMemoryBound(to: UInt8.self)
  }

  /// Writes the image at `place` as numbers in [0, 1]: Float32 [height, width, channels].
  func write(_ place: Int, to image: UnsafeMutablePointer<Float>) {
    switch format {
    case .bytes:
      let bytes = bytes(at: place)
      for index in 0..<bytes.count { image[index] = Float(bytes[index]) / 255 }
    case .floats:
      UnsafeMutableRawPointer(image).copyMemory(
        from: raw(at: place).baseAddress!, byteCount: imageSize * format.byteCount)  // no image is empty
    }
  }

  private func raw(at place: Int) -> UnsafeRawBufferPointer {
    let length = imageSize * format.byteCount
    let start = offset + place * length
    return UnsafeRawBufferPointer(rebasing: memory.buffer[start..<(start + length)])
  }
}
