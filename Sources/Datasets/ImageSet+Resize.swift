extension ImageSet {
  /// These images with `side` rows and columns, interpolated bilinearly from the stored ones as `tf.image.resize` does by
  /// default: half-pixel centres, no smoothing where the images become smaller. The proportions of images that are not
  /// square change. Images that have the size already are returned as they are, to the bit.
  ///
  /// Interpolation happens in `fill`, so no memory is taken.
  public func resized(to side: Int) -> ImageSet {
    precondition(side > 0, "an image has at least one pixel")
    let isAsStored = side == pixels.height && side == pixels.width
    let sampling =
      isAsStored
      ? nil
      : BilinearSampling(
        rows: .init(from: pixels.height, to: side), columns: .init(from: pixels.width, to: side))
    return ImageSet(count: count, pixels: pixels, part: part, places: places, sampling: sampling)
  }
}

/// Which pixels of a stored image make a pixel of a resized one, and with which weights.
struct BilinearSampling: Sendable {
  let rows: Axis
  let columns: Axis

  /// One direction: output pixel i lies at s = (i + ½)·(input / output) − ½ of the input, between the pixels ⌊s⌋ and
  /// ⌊s⌋ + 1, of which those outside are replaced by the nearest inside. Computed in Float32, as TensorFlow does.
  struct Axis: Sendable {
    /// Pixels of the stored image along this direction.
    let input: Int
    /// The pixel at or before s.
    let lower: [Int]
    /// The pixel after it.
    let upper: [Int]
    /// The share of `upper`.
    let share: [Float]

    init(from input: Int, to output: Int) {
      self.input = input
      let scale = Float(input) / Float(output)
      let places = (0..<output).map { (Float($0) + 0.5) * scale - 0.5 }
      let floors = places.map { $0.rounded(.down) }
      lower = floors.map { max(0, Int($0)) }
      upper = floors.map { min(input - 1, Int($0) + 1) }
      share = zip(places, floors).map { $0 - $1 }
    }

    var count: Int { lower.count }
  }

  /// - Parameters:
  ///   - stored: the whole image [height, width, channels].
  ///   - image: room for [rows.count, columns.count, channels].
  func resize(_ stored: UnsafePointer<Float>, channels: Int, to image: UnsafeMutablePointer<Float>) {
    let rowLength = columns.input * channels
    var output = image
    for row in 0..<rows.count {
      let top = stored + rows.lower[row] * rowLength
      let bottom = stored + rows.upper[row] * rowLength
      let down = rows.share[row]
      for column in 0..<columns.count {
        let left = columns.lower[column] * channels
        let right = columns.upper[column] * channels
        let across = columns.share[column]
        for channel in 0..<channels {
          let above = top[left + channel] + (top[right + channel] - top[left + channel]) * across
          let below = bottom[left + channel] + (bottom[right + channel] - bottom[left + channel]) * across
          output[channel] = above + (below - above) * down
        }
        output += channels
      }
    }
  }
}
