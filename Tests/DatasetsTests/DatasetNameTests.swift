import Testing

@testable import Datasets

@Suite struct DatasetNameTests {
  @Test func namesAndTextsAgree() throws {
    for name in DatasetName.named + [.hdf5(path: "/a/b c.h5")] {
      #expect(try DatasetName(text: name.text) == name)
    }
    for text in ["hdf5:", "hdf5", "MNIST", "cifar:", "celeba", ""] {
      #expect(throws: DatasetError.self) { try DatasetName(text: text) }
    }
  }

  @Test func shapesAndCountsThatNoFileDecides() throws {
    let celebA = try #require(DatasetName.celebA.imageShape)
    #expect(celebA == (64, 64, 3))
    let grey = try #require(DatasetName.cifarGrey.imageShape)
    #expect(grey == (32, 32, 1))
    #expect(DatasetName.hdf5(path: "x").imageShape == nil)
    #expect(DatasetName.fmnist.trainingImageCount == 60_000)
    #expect(DatasetName.omniglot.trainingImageCount == nil)
  }

  @Test func aDigestIsFoundOnceForAWholePlan() throws {
    let data = DataFolderOnDisk()
    var digests = DatasetDigests(folder: data.folder)
    #expect(try digests.digest(of: "mnist") == DatasetName.mnist.knownDigest)
    try data.write(OmniglotTests.idx(2), to: "omniglot/train-images-idx3-ubyte")
    try data.write(OmniglotTests.idx(1), to: "omniglot/t10k-images-idx3-ubyte")
    let found = try digests.digest(of: "omniglot")
    try data.remove("omniglot")
    #expect(try digests.digest(of: "omniglot") == found)
    #expect(throws: DatasetError.self) { try digests.digest(of: "cifra") }
    #expect(throws: DatasetError.self) { try digests.digest(of: "hdf5:none.h5") }
  }
}
