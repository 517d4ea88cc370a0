import Datasets
import Foundation

/// Brings known data sets into the data folder: `igr data fetch`.
public enum DatasetFetch {
  /// What was done about one data set.
  public enum Outcome: Hashable, Sendable {
    /// Both files were there and have the known digests.
    case present
    case fetched
  }

  /// Fetches `name` unless it is there and verified. Files get their final name only after their SHA-256 was compared;
  /// a failure leaves the folder as it was.
  ///
  /// - Parameter tell: receives lines for people, without newline.
  /// - Throws: `DatasetFetchError`: a missing program, a refused download, a full disk, or other bytes than expected.
  public static func fetch(
    _ name: DatasetName, into folder: DataFolder = .standard, tell: (String) -> Void
  ) throws -> Outcome {
    let source: Source =
      switch name {
      case .mnist: fetchMNIST
      case .fmnist: fetchFashionMNIST
      }
    return try fetch(name.knownDataset, into: folder, from: source, tell: tell)
  }

  /// Puts the unpacked files of a data set, under their own names, into a folder.
  typealias Source = (_ known: KnownDataset, _ staging: URL, _ tell: (String) -> Void) throws -> Void

  static func fetch(
    _ known: KnownDataset, into folder: DataFolder, from source: @escaping Source, tell: (String) -> Void
  ) throws -> Outcome {
    let place = folder.folder(of: known.name)
    if try isPresent(known, in: place, tell) {
      tell("\(known.name): present and verified in \(place), skipped")
      return .present
    }
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let staging = try stagingFolder(in: place)
      defer { try? FileManager.default.removeItem(at: staging) }
      try source(known, staging, tell)
      for file in known.files {
        try ImageFile.verify(file, at: staging.appendingPathComponent(file.name).path, of: known.name)
      }
      for file in known.files {
        try settle(staging.appendingPathComponent(file.name), as: place + "/" + file.name)
      }
    } catch let error as DatasetError {
      throw DatasetFetchError("\(known.name): what was fetched is not the known data set: \(error.message)")
    } catch let error as CocoaError {
      throw DatasetFetchError("\(known.name): cannot write to \(place): \(error.localizedDescription)")
    }
    tell("\(known.name): fetched and verified, in \(place)")
    return .fetched
  }

  private static func isPresent(_ known: KnownDataset, in place: String, _ tell: (String) -> Void) throws
    -> Bool
  {
    for file in known.files {
      guard let path = ImageFile.location(of: file, in: place) else { return false }
      do {
        try ImageFile.verify(file, at: path, of: known.name)
      } catch {
        tell("\(error.message); fetching it again")
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
