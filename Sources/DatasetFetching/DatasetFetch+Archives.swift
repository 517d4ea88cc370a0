import Datasets
import Foundation

/// Data sets whose authors' own copies are downloaded.
extension DatasetFetch {
  static var cifarFiles: FetchedFiles {
    FetchedFiles(
      dataset: "cifar", names: CIFARFiles.fileNames,
      locate: { name, place in CIFARFiles.location(of: name, in: place) },
      verify: { name, path in try CIFARFiles.verify(name, at: path) })
  }

  static var omniglotFiles: FetchedFiles {
    FetchedFiles(
      dataset: "omniglot", names: [OmniglotFiles.matlabFile],
      locate: { name, place in
        let path = place + "/" + name
        return FileManager.default.fileExists(atPath: path) ? path : nil
      },
      verify: { _, path in try OmniglotFiles.verifyPublished(at: path) })
  }

  /// What the user has put there, whichever edition it is; nil where nothing is.
  static func omniglotOfTheUser(in folder: DataFolder) throws(DatasetError) -> ImageDataset? {
    do {
      return try ImageDataset.load(name: DatasetName.omniglot.text, in: folder, verifyDigest: true)
    } catch {
      if error.code == .missing { return nil }
      throw error
    }
  }

  /// CIFAR-10's binary version from its author's page.
  static func fetchCIFAR(staging: URL, tell: (String) -> Void) throws {
    let archive = "cifar-10-binary.tar.gz"
    let address = "https://www.cs.toronto.edu/~kriz/" + archive
    tell("cifar: downloading \(address), 170 MB")
    try download(address, as: archive, dataset: "cifar", place: "the six .bin files of \(archive)", staging)
    tell("cifar: unpacking")
    try Command(
      program: "tar", arguments: ["-xzf", archive, "--strip-components=1"], remedy: "install tar and gzip"
    ).run(in: staging)
  }

  /// The file of Burda et al. (2016) from the repository of their code.
  static func fetchOmniglot(staging: URL, tell: (String) -> Void) throws {
    let address =
      "https://github.com/yburda/iwae/raw/master/datasets/OMNIGLOT/" + OmniglotFiles.matlabFile
    tell("omniglot: downloading \(address)")
    try download(
      address, as: OmniglotFiles.matlabFile, dataset: "omniglot",
      place: "chardata.mat, or idx files train-images-idx3-ubyte and t10k-images-idx3-ubyte,", staging)
  }

  private static func download(
    _ address: String, as file: String, dataset: String, place: String, _ staging: URL
  ) throws {
    let byHand = "put \(place) into the data folder's \(dataset)/ by hand"
    do {
      try Command(
        program: "curl",
        arguments: ["--fail", "--location", "--silent", "--show-error", "--output", file, address],
        remedy: "`make deps` installs it; or \(byHand)"
      ).run(in: staging)
    } catch let error as DatasetFetchError {
      throw DatasetFetchError("\(dataset): \(error.message)\n  where there is no network, \(byHand)")
    }
  }
}
