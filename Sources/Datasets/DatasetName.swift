import Digests

/// The data sets this version can train on; raw values are those of `dataset_name` in a sweep file.
public enum DatasetName: String, CaseIterable, Sendable {
  case mnist
  case fmnist

  /// Reads the name; the error lists the known ones.
  public init(text: String) throws(DatasetError) {
    guard let name = DatasetName(rawValue: text) else {
      let known = DatasetName.allCases.map(\.rawValue).joined(separator: ", ")
      throw DatasetError(.unknownName, "no data set is called '\(text)'; there are \(known)")
    }
    self = name
  }

  /// 64 hexadecimal digits that name the images in a trial's identity: SHA-256 of the text of the two known digests,
  /// training images first, each followed by a newline. A constant: no file is read.
  public var digest: String {
    SHA256.digest(of: known.files.map { $0.digest + "\n" }.joined()).description
  }

  /// The images' height, width and channels.
  public var imageShape: (height: Int, width: Int, channels: Int) { (28, 28, 1) }

  var known: KnownDataset {
    switch self {
    case .mnist:
      KnownDataset(
        name: rawValue,
        train: KnownFile(
          name: "train-images-idx3-ubyte", count: 60_000, height: 28, width: 28,
          digest: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        test: KnownFile(
          name: "t10k-images-idx3-ubyte", count: 10_000, height: 28, width: 28,
          digest: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"))
    case .fmnist:
      KnownDataset(
        name: rawValue,
        train: KnownFile(
          name: "train-images-idx3-ubyte", count: 60_000, height: 28, width: 28,
          digest: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        test: KnownFile(
          name: "t10k-images-idx3-ubyte", count: 10_000, height: 28, width: 28,
          digest: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"))
    }
  }
}

/// The image files of one data set, in a folder of its name.
package struct KnownDataset: Sendable {
  package let name: String
  package let train: KnownFile
  package let test: KnownFile

  package init(name: String, train: KnownFile, test: KnownFile) {
    self.name = name
    self.train = train
    self.test = test
  }

  package var files: [KnownFile] { [train, test] }
}

/// What an idx file of a known set must be.
package struct KnownFile: Sendable {
  package let name: String
  package let count: Int
  package let height: Int
  package let width: Int
  /// SHA-256 of the unpacked bytes, header included.
  package let digest: String

  package init(name: String, count: Int, height: Int, width: Int, digest: String) {
    self.name = name
    self.count = count
    self.height = height
    self.width = width
    self.digest = digest
  }

  /// Bytes of the unpacked file.
  package var length: Int { IdxHeader.length + count * height * width }
}

extension DatasetName {
  /// The files of this set, for the programs that fetch and check them.
  package var knownDataset: KnownDataset { known }
}
