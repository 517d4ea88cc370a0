import Datasets

/// The files of one data set that a source brings, and how they are recognised.
struct FetchedFiles {
  /// The data set, and its folder.
  let dataset: String
  let names: [String]
  /// The path of a file that is there already, in the data set's folder.
  let locate: (_ name: String, _ place: String) -> String?
  /// Throws where the file at a path is not the known one of a name.
  let verify: (_ name: String, _ path: String) throws -> Void

  init(
    dataset: String, names: [String], locate: @escaping (String, String) -> String?,
    verify: @escaping (String, String) throws -> Void
  ) {
    self.dataset = dataset
    self.names = names
    self.locate = locate
    self.verify = verify
  }

  /// Idx files, plain or compressed.
  init(_ known: KnownDataset) {
    let files = Dictionary(uniqueKeysWithValues: known.files.map { ($0.name, $0) })
    self.init(
      dataset: known.name, names: known.files.map(\.name),
      locate: { name, place in files[name].flatMap { ImageFile.location(of: $0, in: place) } },
      verify: { name, path in
        guard let file = files[name] else { throw DatasetFetchError("\(known.name) has no file \(name)") }
        try ImageFile.verify(file, at: path, of: known.name)
      })
  }
}
