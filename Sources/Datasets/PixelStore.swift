import CKernels

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

  /// Asks for the image at `place`, which will be read soon.
  func prefetch(_ place: Int) { withStored(at: place) { igr_prefetch($0.baseAddress, $0.count) } }

  /// Hands the stored image at `place` to `body`; only for `.bytes`.
  func withBytes<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    precondition(format == .bytes, "the images are stored as floats")
    return withStored(at: place) { body($0.assumingMemoryBound(to: UInt8.self)) }
  }

  /// Writes the image at `place` as numbers in [0, 1]: Float32 [height, width, channels].
  func write(_ place: Int, to image: UnsafeMutablePointer<Float>) {
    switch format {
    case .bytes:
      withBytes(at: place) { bytes in
        for index in 0..<bytes.count { image[index] = Float(bytes[index]) / 255 }
      }
    case .floats:
      withStored(at: place) { stored in
        // No image is empty.
        UnsafeMutableRawPointer(image).copyMemory(from: stored.baseAddress!, byteCount: stored.count)
      }
    }
  }

  private func withStored<Result>(at place: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let length = imageSize * format.byteCount
    let start = offset + place * length
    return memory.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + length)])) }
  }
}
