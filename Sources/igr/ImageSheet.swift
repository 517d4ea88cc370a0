import Pictures
import Trials

/// Originals, each above its reconstruction, as one picture.
enum ImageSheet {
  private static let columns = 10
  /// Small images are enlarged to about this many pixels a side.
  private static let side = 84

  /// - Parameter tensors: `images/originals` and `images/reconstructions`, `[image, height, width, channel]`.
  /// - Returns: nil where they are not there, or not of one shape.
  static func picture(_ tensors: [NamedTensor]) -> PNGPicture? {
    let parts = ["images/originals", "images/reconstructions"].compactMap { name in
      tensors.first { $0.name == name }.map(enlarged)
    }
    guard parts.count == 2, parts[0].shape == parts[1].shape else { return nil }
    let found = parts.compactMap { PictureSheet.pictures($0.values, shape: $0.shape) }
    guard found.count == 2, var sheet = found.first?.sheet else { return nil }
    for start in stride(from: 0, to: found[0].pictures.count, by: columns) {
      for part in found { sheet.rows.append(Array(part.pictures[start...].prefix(columns))) }
    }
    return sheet.picture
  }

  private static func enlarged(_ tensor: NamedTensor) -> NamedTensor {
    guard tensor.shape.count == 4 else { return tensor }
    let (count, height, width, channels) = (
      tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]
    )
    let scale = max(1, side / max(height, width, 1))
    var values: [Float] = []
    values.reserveCapacity(tensor.values.count * scale * scale)
    for image in 0..<count {
      for y in 0..<height * scale {
        for x in 0..<width * scale {
          let start = ((image * height + y / scale) * width + x / scale) * channels
          values += tensor.values[start..<start + channels]
        }
      }
    }
    return NamedTensor(
      name: tensor.name, axes: tensor.axes, shape: [count, height * scale, width * scale, channels],
      values: values)
  }
}
