/// Size of one image. Its values lie row-major as [height, width, channels].
public struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  public let height: Int
  public let width: Int
  public let channels: Int

  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Values of one image, D.
  public var count: Int { height * width * channels }
  public var description: String { "\(height)×\(width)×\(channels)" }
}
