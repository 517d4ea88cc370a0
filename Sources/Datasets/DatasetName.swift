/// The data sets this version can train on: the values of `dataset_name` in a sweep file. docs/data-sets.md tells where
/// each one's files lie and how its pixels are made.
public enum DatasetName: Hashable, Sendable {
  /// MNIST, 28×28 grey.
  case mnist
  /// Fashion-MNIST, 28×28 grey.
  case fmnist
  /// Omniglot, 28×28 grey.
  case omniglot
  /// CelebA's aligned faces, cropped and reduced to 64×64×3.
  case celebA
  /// CIFAR-10, 32×32×3.
  case cifar
  /// CIFAR-10's luma, 32×32×1.
  case cifarGrey
  /// The user's own images: an HDF5 file, absolute or relative to the data folder.
  case hdf5(path: String)

  /// Those with a name of their own, in the order in which they are shown.
  public static let named: [DatasetName] = [.mnist, .fmnist, .omniglot, .celebA, .cifar, .cifarGrey]

  private static let hdf5Prefix = "hdf5:"

  /// Reads the name; the error lists the known ones.
  public init(text: String) throws(DatasetError) {
    if let name = Self.named.first(where: { $0.text == text }) {
      self = name
    } else if text.hasPrefix(Self.hdf5Prefix), text.count > Self.hdf5Prefix.count {
      self = .hdf5(path: String(text.dropFirst(Self.hdf5Prefix.count)))
    } else {
      let known = Self.named.map(\.text).joined(separator: ", ")
      throw DatasetError(.unknownName, "no data set is called '\(text)'; there are \(known), hdf5:PATH")
    }
  }

  /// The value of `dataset_name`.
  public var text: String {
    switch self {
    case .mnist: "mnist"
    case .fmnist: "fmnist"
    case .omniglot: "omniglot"
    case .celebA: "celeb_a"
    case .cifar: "cifar"
    case .cifarGrey: "cifar:grey"
    case .hdf5(let path): Self.hdf5Prefix + path
    }
  }

  /// The images' height, width and channels before any `resize`; nil where the file decides.
  public var imageShape: (height: Int, width: Int, channels: Int)? {
    switch self {
    case .mnist, .fmnist, .omniglot: (28, 28, 1)
    case .celebA: (64, 64, 3)
    case .cifar: (32, 32, 3)
    case .cifarGrey: (32, 32, 1)
    case .hdf5: nil
    }
  }

  /// How many training images there are; nil where the files decide.
  public var trainingImageCount: Int? {
    switch self {
    case .mnist, .fmnist: 60_000
    case .cifar, .cifarGrey: 50_000
    case .omniglot, .celebA, .hdf5: nil
    }
  }

  /// The folder of `DataFolder` in which the files lie; nil for a file of the user's own.
  package var folderName: String? {
    switch self {
    case .cifarGrey: "cifar"
    case .hdf5: nil
    default: text
    }
  }

  /// The idx files of a set that consists of such files.
  var knownIdxFiles: KnownDataset? {
    switch self {
    case .mnist: .mnist
    case .fmnist: .fmnist
    default: nil
    }
  }
}
