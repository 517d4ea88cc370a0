/// What is known of a data set's images before any file is read.
struct KnownImages {
  /// Height and width as they are stored.
  let side: Int
  let channels: Int
  /// Nil where only the files tell.
  let trainingCount: Int?

  /// - Returns: nil for `hdf5:PATH`, whose file tells.
  static func of(_ dataset: String) -> KnownImages? {
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
