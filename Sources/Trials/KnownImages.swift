/// What planning knows of a data set's images: without reading them for sets with a name, by their file otherwise.
public struct KnownImages: Hashable, Sendable {
  /// As they are stored.
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Nil where only the files tell.
  public let trainingCount: Int?

  public init(height: Int, width: Int, channels: Int, trainingCount: Int?) {
    self.height = height
    self.width = width
    self.channels = channels
    self.trainingCount = trainingCount
  }

  /// Of square images.
  var side: Int { height }

  private init(side: Int, channels: Int, trainingCount: Int?) {
    self.init(height: side, width: side, channels: channels, trainingCount: trainingCount)
  }

  /// - Returns: nil for `hdf5:PATH`, whose file tells.
  public static func of(_ dataset: String) -> KnownImages? {
    switch dataset {
    case "mnist", "fmnist": KnownImages(side: 28, channels: 1, trainingCount: 60_000)
    case "omniglot": KnownImages(side: 28, channels: 1, trainingCount: nil)
    case "cifar": KnownImages(side: 32, channels: 3, trainingCount: 50_000)
    case "cifar:grey": KnownImages(side: 32, channels: 1, trainingCount: 50_000)
    case "celeb_a": KnownImages(side: 64, channels: 3, trainingCount: nil)
    default: nil
    }
  }

  /// Training images of a run with `run_with_sample`.
  static let sampledTrainingCount = 60
}
