import Trials

/// Size and digest of a file, as one side tells the other. No message names a path: a result lies where its trial and
/// token decide (`RunPaths.incomingTrialFile`), a checkpoint where its trial does, a data file under a checked name.
public struct FileClaim: Hashable, Sendable {
  /// At most `WireFormat.fileLimit`.
  public var byteCount: Int
  /// 64 lower-case hexadecimal digits.
  public var sha256: String

  public init(byteCount: Int, sha256: String) {
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

/// A checkpoint that one side has whole.
public struct StoredCheckpoint: Hashable, Sendable {
  /// Whose: the trial of the lease itself, or another one that it goes on from.
  public var trial: TrialID
  /// Where training stands in it; nil where only the file itself knows.
  public var epoch: Int?
  public var step: Int?
  public var file: FileClaim

  public init(trial: TrialID, epoch: Int?, step: Int?, file: FileClaim) {
    self.trial = trial
    self.epoch = epoch
    self.step = step
    self.file = file
  }
}

/// A data set by its name in sweep files, and the digest of its images that trials are known by.
public struct HeldDataset: Hashable, Sendable {
  public var name: String
  public var digest: String

  public init(name: String, digest: String) {
    self.name = name
    self.digest = digest
  }
}

/// One file of a data set.
public struct DatasetFileClaim: Hashable, Sendable {
  /// Relative to the data set's place in the data folder; the receiver checks it.
  public var name: String
  public var file: FileClaim

  public init(name: String, file: FileClaim) {
    self.name = name
    self.file = file
  }
}

/// What a worker wants bytes of.
public enum WantedFile: Hashable, Sendable {
  case checkpoint(TrialID, sha256: String)
  case dataset(String, file: String, sha256: String)

  public var sha256: String {
    switch self {
    case .checkpoint(_, let sha256), .dataset(_, _, let sha256): sha256
    }
  }
}

/// Bytes of a file from `offset`, at most `count` of them.
public struct PieceRange: Hashable, Sendable {
  /// From 0 to `WireFormat.fileLimit`.
  public var offset: Int
  /// From 1 to `WireFormat.pieceLimit`.
  public var count: Int

  public init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }
}

/// Bytes of the file that has this digest as a whole.
public struct FilePiece: Hashable, Sendable {
  public var sha256: String
  public var offset: Int
  public var bytes: [UInt8]

  public init(sha256: String, offset: Int, bytes: [UInt8]) {
    self.sha256 = sha256
    self.offset = offset
    self.bytes = bytes
  }
}

/// What became of a transfer.
public enum TransferVerdict: Hashable, Sendable {
  /// The file is whole, verified and in its place.
  case accepted
  case refused(reason: String)
}
