/// The idx files of one known data set, in a folder of its name.
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

  package static let mnist = KnownDataset(
    name: "mnist",
    train: KnownFile(
      name: "train-images-idx3-ubyte", count: 60_000, height: 28, width: 28,
      digest: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    test: KnownFile(
      name: "t10k-images-idx3-ubyte", count: 10_000, height: 28, width: 28,
      digest: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"))

  package static let fmnist = KnownDataset(
    name: "fmnist",
    train: KnownFile(
      name: "train-images-idx3-ubyte", count: 60_000, height: 28, width: 28,
      digest: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
    test: KnownFile(
      name: "t10k-images-idx3-ubyte", count: 10_000, height: 28, width: 28,
      digest: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"))
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
