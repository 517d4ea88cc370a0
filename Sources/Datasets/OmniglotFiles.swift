import Digests
import Glibc

/// Omniglot as it lies in the data folder: the file of Burda, Grosse & Salakhutdinov (2016), else idx files of the user's.
///
/// The two are different images with different test splits, so likelihoods on one say nothing about the other; `digest` and
/// the description of the source keep them apart.
package enum OmniglotFiles {
  /// `chardata.mat`: 24,345 + 8,070 images.
  case matlab(path: String)
  /// Any number of images.
  case idx(train: String, test: String)

  package static let matlabFile = "chardata.mat"
  /// Git's name of the file in the repository of the paper's code (yburda/iwae, datasets/OMNIGLOT).
  static let publishedBlob = "016a3536ffe5e1d38e42563a18d7a78bfaf643ec"
  static let publishedCounts = (train: 24_345, test: 8_070)

  private static let side = 28
  private static let idxFiles = (train: "train-images-idx3-ubyte", test: "t10k-images-idx3-ubyte")

  /// - Throws: `missing` where neither is there.
  static func locate(in folder: DataFolder) throws(DatasetError) -> OmniglotFiles {
    let place = folder.folder(of: "omniglot")
    let matlab = place + "/" + matlabFile
    if access(matlab, F_OK) == 0 { return .matlab(path: matlab) }
    guard let train = ImageFile.location(ofFile: idxFiles.train, in: place),
      let test = ImageFile.location(ofFile: idxFiles.test, in: place)
    else {
      throw DatasetError(
        .missing,
        """
        data set omniglot: neither \(matlab) nor \(idxFiles.train) and \(idxFiles.test) (plain or .gz) exist there; \
        run `igr data fetch omniglot`, or set IGR_DATA to the folder that holds omniglot/
        """)
    }
    return .idx(train: train, test: test)
  }

  /// Reads the files whole.
  func digest() throws(DatasetError) -> String {
    switch self {
    case .matlab(let path): Self.digest(ofMATLAB: try FileBytes.mapping(path))
    case .idx(let train, let test):
      Self.digest(
        ofIdx: [
          try ImageFile.load(path: train, height: Self.side, width: Self.side, part: .train).bytes,
          try ImageFile.load(path: test, height: Self.side, width: Self.side, part: .test).bytes,
        ])
    }
  }

  /// - Parameter counts: how many images the MATLAB file must hold.
  func load(counts: (train: Int, test: Int) = Self.publishedCounts) throws(DatasetError) -> ImageDataset {
    switch self {
    case .matlab(let path):
      let bytes = try FileBytes.mapping(path)
      let (train, test) = try Self.images(MATFile(bytes, path: path), path: path, counts: counts)
      let isPublished = bytes.withBytes { GitBlob.name(of: $0) } == Self.publishedBlob
      return ImageDataset(
        name: .omniglot, train: train, test: test, digest: Self.digest(ofMATLAB: bytes),
        sourceDescription: (isPublished ? "" : "not ") + "the published chardata.mat of Burda et al. (2016)"
          + (isPublished ? "" : " but a file of its name and form")
          + ", \(train.count) + \(test.count) images")
    case .idx(let trainPath, let testPath):
      let train = try ImageFile.load(path: trainPath, height: Self.side, width: Self.side, part: .train)
      let test = try ImageFile.load(path: testPath, height: Self.side, width: Self.side, part: .test)
      return ImageDataset(
        name: .omniglot, train: train.images, test: test.images,
        digest: Self.digest(ofIdx: [train.bytes, test.bytes]),
        sourceDescription:
          "idx files, \(train.images.count) + \(test.images.count) images; not comparable with"
          + " published likelihoods, which are of the chardata.mat of Burda et al. (2016)")
    }
  }

  /// Throws where the file at `path` is not the published `chardata.mat`.
  package static func verifyPublished(at path: String) throws(DatasetError) {
    let name = try FileBytes.mapping(path).withBytes { GitBlob.name(of: $0) }
    guard name == publishedBlob else {
      throw DatasetError(
        .altered,
        "\(path) is not the published \(matlabFile): expected git blob \(publishedBlob), found \(name)")
    }
  }

  private static func digest(ofMATLAB file: FileBytes) -> String {
    DatasetName.digest(of: ["omniglot " + matlabFile, file.digest.description])
  }

  private static func digest(ofIdx files: [FileBytes]) -> String {
    DatasetName.digest(of: ["omniglot idx"] + files.map(\.digest.description))
  }

  /// The matrices `data` and `testdata` hold an image per column, numbers in [0, 1], each image column after column as
  /// MATLAB does: pixel (row, column) is element 28·column + row.
  private static func images(
    _ file: MATFile, path: String, counts: (train: Int, test: Int)
  ) throws(DatasetError) -> (train: ImageSet, test: ImageSet) {
    var found: [String: ImageSet] = [:]
    let expected = ["data": (counts.train, ImagePart.train), "testdata": (counts.test, ImagePart.test)]
    try file.forEachMatrix(named: ["data", "testdata"]) { name, matrix throws(DatasetError) in
      let (count, part) = expected[name]!  // only these names are asked for
      guard matrix.rows == side * side, matrix.columns == count else {
        throw DatasetError(
          .misshaped,
          "\(path): the variable \(name) is \(matrix.rows)×\(matrix.columns), expected \(side * side)×\(count)"
        )
      }
      let memory = try FileBytes.filled(count: count * side * side * 4) { memory throws(DatasetError) in
        let pixels = memory.bindMemory(to: Float.self)
        for image in 0..<count {
          for element in 0..<side * side {
            let value = matrix.value(image * side * side + element)
            guard value >= 0, value <= 1 else {
              throw DatasetError(
                .misshaped,
                "\(path): the variable \(name) holds \(value) in image \(image), expected numbers from 0 to 1"
              )
            }
            let (column, row) = element.quotientAndRemainder(dividingBy: side)
            pixels[(image * side + row) * side + column] = Float(value)
          }
        }
      }
      let store = PixelStore(
        memory: memory, offset: 0, format: .floats, height: side, width: side, channels: 1)
      found[name] = ImageSet(count: count, pixels: store, part: part)
    }
    return (found["data"]!, found["testdata"]!)  // forEachMatrix has given both or thrown
  }
}
