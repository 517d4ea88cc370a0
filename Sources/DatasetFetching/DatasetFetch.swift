import Datasets
import Foundation

/// Brings known data sets into the data folder: `igr data fetch`.
public enum DatasetFetch {
  /// What was done about one data set.
  public enum Outcome: Hashable, Sendable {
    /// The files were there and are the known ones.
    case present
    case fetched
  }

  /// Fetches `name` unless it is there and verified. Files get their final name only after their SHA-256 was compared;
  /// a failure leaves the folder as it was. CelebA, which nobody may pass on, is not fetched: its images are decoded
  /// where the user has put them.
  ///
  /// - Parameter tell: receives lines for people, without newline.
  /// - Throws: `DatasetFetchError`: a missing program, a refused download, a full disk, or other bytes than expected;
  ///   `DatasetError` where the user's own files are missing or wrong.
  public static func fetch(
    _ name: DatasetName, into folder: DataFolder = .standard, tell: (String) -> Void
  ) throws -> Outcome {
    switch name {
    case .mnist: return try fetch(.mnist, into: folder, from: fetchMNIST, tell: tell)
    case .fmnist: return try fetch(.fmnist, into: folder, from: fetchFashionMNIST, tell: tell)
    case .omniglot:
      if let present = try omniglotOfTheUser(in: folder) {
        tell("omniglot: present in \(folder.folder(of: "omniglot")), skipped: \(present.sourceDescription)")
        return .present
      }
      return try fetch(omniglotFiles, into: folder, tell: tell) { staging, tell in
        try fetchOmniglot(staging: staging, tell: tell)
      }
    case .cifar, .cifarGrey:
      return try fetch(cifarFiles, into: folder, tell: tell) { staging, tell in
        try fetchCIFAR(staging: staging, tell: tell)
      }
    case .celebA:
      let dataset = try ImageDataset.load(name: name.text, in: folder, verifyDigest: true, tell: tell)
      tell("celeb_a: present and decoded in \(folder.folder(of: "celeb_a")): \(dataset.sourceDescription)")
      return .present
    case .hdf5:
      throw DatasetFetchError("\(name.text) is a file of your own; there is nothing to fetch")
    }
  }

  /// Puts the unpacked files of a data set, under their own names, into a folder.
  typealias Source = (_ known: KnownDataset, _ staging: URL, _ tell: (String) -> Void) throws -> Void

  static func fetch(
    _ known: KnownDataset, into folder: DataFolder, from source: @escaping Source, tell: (String) -> Void
  ) throws -> Outcome {
    try fetch(FetchedFiles(known), into: folder, tell: tell) { staging, tell in
      try source(known, staging, tell)
    }
  }

  static func fetch(
    _ files: FetchedFiles, into folder: DataFolder, tell: (String) -> Void,
    from source: @escaping (_ staging: URL, _ tell: (String) -> Void) throws -> Void
  ) throws -> Outcome {
    let name = files.dataset
    let place = folder.folder(of: name)
    if isPresent(files, in: place, tell) {
      tell("\(name): present and verified in \(place), skipped")
      return .present
    }
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let staging = try stagingFolder(in: place)
      defer { try? FileManager.default.removeItem(at: staging) }
      try source(staging, tell)
      for file in files.names { try files.verify(file, staging.appendingPathComponent(file).path) }
      for file in files.names { try settle(staging.appendingPathComponent(file), as: place + "/" + file) }
    } catch let error as DatasetError {
      throw DatasetFetchError("\(name): what was fetched is not the known data set: \(error.message)")
    } catch let error as CocoaError {
      throw DatasetFetchError("\(name): cannot write to \(place): \(error.localizedDescription)")
    }
    tell("\(name): fetched and verified, in \(place)")
    return .fetched
  }

  private static func isPresent(_ files: FetchedFiles, in place: String, _ tell: (String) -> Void) -> Bool {
    for file in files.names {
      guard let path = files.locate(file, place) else { return false }
      do {
        try files.verify(file, path)
      } catch {
        tell("\(error); fetching it again")
        return false
      }
    }
    return true
  }

  /// A folder beside the final files, on their file system, so that renaming is one step. Folders of processes that are
  /// gone are removed.
  private static func stagingFolder(in place: String) throws -> URL {
    let prefix = ".fetch-"
    for name in try FileManager.default.contentsOfDirectory(atPath: place) where name.hasPrefix(prefix) {
      if let owner = pid_t(name.dropFirst(prefix.count)), kill(owner, 0) == -1, errno == ESRCH {
        try? FileManager.default.removeItem(atPath: place + "/" + name)
      }
    }
    let staging = URL(fileURLWithPath: "\(place)/\(prefix)\(getpid())")
    try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    return staging
  }

  /// Writes the bytes to disk before the name appears, so that a power cut leaves either nothing or the whole file.
  private static func settle(_ staged: URL, as path: String) throws {
    let handle = try FileHandle(forUpdating: staged)
    try handle.synchronize()
    try handle.close()
    guard rename(staged.path, path) == 0 else {
      throw DatasetFetchError("cannot rename \(staged.path) to \(path): \(String(cString: strerror(errno)))")
    }
  }
}
