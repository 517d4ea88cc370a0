import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct DatasetFilesTests {
  private func put(_ name: String, in folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: (folder + "/" + name as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  @Test func namesWhatLiesThere() throws {
    try withTemporaryFolder { path in
      let folder = DataFolder(path: path)
      #expect(throws: DatasetError.self) { try DatasetName.mnist.files(in: folder) }
      try put("mnist/train-images-idx3-ubyte.gz", in: path)
      #expect(throws: DatasetError.self) { try DatasetName.mnist.files(in: folder) }
      try put("mnist/t10k-images-idx3-ubyte", in: path)
      #expect(
        try DatasetName.mnist.files(in: folder).map(\.path) == [
          path + "/mnist/train-images-idx3-ubyte.gz", path + "/mnist/t10k-images-idx3-ubyte",
        ])
      try put("omniglot/train-images-idx3-ubyte", in: path)
      try put("omniglot/chardata.mat", in: path)
      #expect(try DatasetName.omniglot.files(in: folder).map(\.name) == ["chardata.mat"])
      for batch in 1...5 { try put("cifar/cifar-10-batches-bin/data_batch_\(batch).bin", in: path) }
      try put("cifar/test_batch.bin", in: path)
      #expect(try DatasetName.cifarGrey.files(in: folder).count == 6)
      try put("mine/faces.h5", in: path)
      #expect(
        try DatasetName.hdf5(path: "mine/faces.h5").files(in: folder) == [
          DatasetFile(name: "faces.h5", path: path + "/mine/faces.h5")
        ])
    }
  }

  @Test func aFileBelongsIntoTheDataFolderOrNowhere() {
    let folder = DataFolder(path: "/data")
    #expect(
      DatasetName.fmnist.place(ofFile: "t10k-images-idx3-ubyte.gz", in: folder)
        == "/data/fmnist/t10k-images-idx3-ubyte.gz")
    #expect(DatasetName.cifar.place(ofFile: "test_batch.bin", in: folder) == "/data/cifar/test_batch.bin")
    #expect(DatasetName.hdf5(path: "a/b.h5").place(ofFile: "b.h5", in: folder) == "/data/a/b.h5")
    for name in ["../mnist/x", "/etc/passwd", "", "train-images-idx3-ubyte/..", "decoded-64x64x3.bin"] {
      #expect(DatasetName.mnist.place(ofFile: name, in: folder) == nil, "\(name)")
    }
    for path in ["/abs/b.h5", "../b.h5", "a/../../b.h5", "a//b.h5"] {
      #expect(DatasetName.hdf5(path: path).place(ofFile: "b.h5", in: folder) == nil, "\(path)")
    }
  }
}
