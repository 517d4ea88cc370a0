import Digests
import Glibc

/// CelebA as it lies in the data folder: the official partition list, the aligned images, and what was decoded from them.
///
/// Where only the list and the decoded file are there, as on a machine that just trains, the images are not asked for.
struct CelebAFolder {
  private let place: String
  private let partition: FacePartition
  /// Nil where no folder of images is there.
  private let images: String?

  init(in folder: DataFolder) throws(DatasetError) {
    place = folder.folder(of: "celeb_a")
    let lists = ["", "Eval/"].map { [place] in "\(place)/\($0)\(FacePartition.fileName)" }
    guard let list = lists.first(where: { access($0, F_OK) == 0 }) else {
      throw DatasetError(.missing, Self.instructions(place, lacks: FacePartition.fileName))
    }
    partition = try FacePartition(FileBytes.mapping(list), path: list)
    images = ["img_align_celeba", "img_align_celeba_png"].lazy.map { [place] in place + "/" + $0 }
      .first { access($0, F_OK) == 0 }
  }

  /// - Parameters: see `ImageDataset.load`.
  func load(
    verifyDigest: Bool, mayDecode: Bool, tell: (String) -> Void
  ) throws(DatasetError) -> ImageDataset {
    let faces = try decoded(isThorough: verifyDigest, mayDecode: mayDecode, tell: tell)
    if verifyDigest { try faces.verify() }
    return ImageDataset(
      name: .celebA, train: faces.train, test: faces.test, digest: faces.digest,
      sourceDescription: partition.description)
  }

  /// The decoded images: those of the file where it belongs to this list, else decoded now.
  ///
  /// - Parameter isThorough: whether the names and sizes of all images count, too, where the images are there.
  func decoded(
    isThorough: Bool = false, mayDecode: Bool, tell: (String) -> Void = { _ in }
  ) throws(DatasetError) -> DecodedFaces {
    if let faces = try current(isThorough: isThorough) { return faces }
    guard let images else {
      throw DatasetError(.missing, Self.instructions(place, lacks: "img_align_celeba/"))
    }
    guard mayDecode else {
      throw DatasetError(
        .missing,
        "data set celeb_a: the images in \(images) are not decoded yet; run `igr data fetch celeb_a`, which takes minutes"
      )
    }
    let lock = try FileLock(place + "/.decoding.lock")
    defer { lock.release() }
    // Another process may have decoded them while this one waited.
    if let faces = try current(isThorough: isThorough) { return faces }
    return try decode(from: images, tell)
  }

  /// The decoded file, where it belongs to this list and these images.
  private func current(isThorough: Bool) throws(DatasetError) -> DecodedFaces? {
    let path = place + "/" + DecodedFaces.fileName
    guard access(path, F_OK) == 0 else { return nil }
    let faces = try DecodedFaces(path: path)
    guard faces.header.partition == partition.digest else { return nil }
    if isThorough, let images {
      guard try faces.header.images == manifest(of: images).digest else { return nil }
    }
    return faces
  }

  private func decode(from images: String, _ tell: (String) -> Void) throws(DatasetError) -> DecodedFaces {
    let manifest = try manifest(of: images)
    let header = DecodedFaces.Header(
      trainCount: partition.train.count, testCount: partition.test.count, partition: partition.digest,
      images: manifest.digest)
    let count = manifest.paths.count
    tell("celeb_a: decoding \(count) images from \(images)")
    let path = place + "/" + DecodedFaces.fileName
    try DecodedFaces.write(header, to: path) { index throws(DatasetError) in
      if index > 0, index.isMultiple(of: 20_000) { tell("celeb_a: \(index) of \(count) decoded") }
      return try FaceCrop.read(manifest.paths[index])
    }
    return try DecodedFaces(path: path)
  }

  /// Which files the images are: training ones, then test ones.
  private func manifest(of images: String) throws(DatasetError) -> (paths: [String], digest: SHA256Digest) {
    let present = try Self.names(in: images)
    var paths: [String] = []
    var hash = SHA256()
    for name in partition.decodedNames {
      guard let file = Self.spellings(of: name).first(where: present.contains) else {
        throw DatasetError(
          .missing,
          "data set celeb_a: \(images)/\(name) is named by \(FacePartition.fileName) and does not exist")
      }
      let path = images + "/" + file
      hash.update("\(file) \(try FileBytes.length(of: path))\n")
      paths.append(path)
    }
    let found = present.count { name in name.hasSuffix(".jpg") || name.hasSuffix(".png") }
    guard found <= partition.count else {
      throw DatasetError(
        .wrongLength,
        "\(FacePartition.fileName) names \(partition.count) images, but \(images) holds \(found): is the list cut off?"
      )
    }
    return (paths, hash.finish())
  }

  /// The list always says `.jpg`, also beside the PNG edition.
  private static func spellings(of name: String) -> [String] {
    guard let dot = name.lastIndex(of: ".") else { return [name] }
    return [name, name[..<dot] + ".png"]
  }

  private static func names(in folder: String) throws(DatasetError) -> Set<String> {
    guard let stream = opendir(folder) else { throw FileBytes.unreadable(folder, "list", errno) }
    defer { closedir(stream) }
    var names: Set<String> = []
    while let entry = readdir(stream) {
      names.insert(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  private static func instructions(_ place: String, lacks: String) -> String {
    """
    data set celeb_a: \(place)/\(lacks) does not exist. CelebA's terms forbid passing it on, so it is not fetched: ask \
    its authors for the aligned images (img_align_celeba.zip) and list_eval_partition.txt, unpack the images into \
    \(place)/img_align_celeba/ and put the list beside that folder
    """
  }
}
