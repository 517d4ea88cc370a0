/// Digests of data sets by name, each found out once: for planning, which asks for every trial.
public struct DatasetDigests {
  private let folder: DataFolder
  private let mayDecode: Bool
  private var found: [String: Result<String, DatasetError>] = [:]

  /// - Parameter mayDecode: see `DatasetName.digest(in:mayDecode:)`.
  public init(folder: DataFolder = .standard, mayDecode: Bool = true) {
    self.folder = folder
    self.mayDecode = mayDecode
  }

  /// The digest of the data set called `name`.
  ///
  /// - Throws: `DatasetError`: an unknown name, or files that are missing or wrong.
  public mutating func digest(of name: String) throws(DatasetError) -> String {
    if let result = found[name] { return try result.get() }
    let result: Result<String, DatasetError>
    do {
      result = .success(try DatasetName(text: name).digest(in: folder, mayDecode: mayDecode))
    } catch {
      result = .failure(error)
    }
    found[name] = result
    return try result.get()
  }
}
