import Datasets
import Foundation
import Testing

@testable import DatasetFetching

/// Data sets that the user brings, or may bring, asked for by name. No network is touched.
@Suite final class OwnFilesTests {
  let folder = DataFolder(path: NSTemporaryDirectory() + "igr-fetch-" + UUID().uuidString)

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: folder.path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  @Test func celebAIsNotFetchedButToldWhereToPut() throws {
    let error = #expect(throws: DatasetError.self) {
      try DatasetFetch.fetch(.celebA, into: folder, tell: { _ in })
    }
    #expect(error?.message.contains("terms forbid") == true)
    #expect(error?.message.contains(folder.path + "/celeb_a/img_align_celeba/") == true)
  }

  @Test func aFileOfOnesOwnIsNotFetched() throws {
    let error = #expect(throws: DatasetFetchError.self) {
      try DatasetFetch.fetch(.hdf5(path: "cells.h5"), into: folder, tell: { _ in })
    }
    #expect(error?.message.contains("hdf5:cells.h5") == true)
  }

  @Test func omniglotOfTheUsersIsLeftAlone() throws {
    let images = { (count: Int) in
      IdxHeader(count: count, height: 28, width: 28).bytes + [UInt8](repeating: 9, count: count * 784)
    }
    try write(images(3), to: "omniglot/train-images-idx3-ubyte")
    try write(images(2), to: "omniglot/t10k-images-idx3-ubyte")
    var told: [String] = []
    #expect(try DatasetFetch.fetch(.omniglot, into: folder, tell: { told.append($0) }) == .present)
    #expect(told.count == 1 && told[0].contains("3 + 2 images"))
  }

  /// What a source brings is held against the published files before it gets its name.
  @Test func otherBytesThanThePublishedOnesAreRefused() throws {
    for (files, wanted) in [
      (DatasetFetch.omniglotFiles, "016a3536ffe5e1d38e42563a18d7a78bfaf643ec"),
      (DatasetFetch.cifarFiles, "30730000"),
    ] {
      let error = #expect(throws: DatasetFetchError.self) {
        try DatasetFetch.fetch(files, into: folder, tell: { _ in }) { staging, _ in
          for name in files.names { try Data([1, 2, 3]).write(to: staging.appendingPathComponent(name)) }
        }
      }
      #expect(error?.message.contains(wanted) == true, "\(error?.message ?? "")")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + files.dataset) == [])
    }
  }
}
