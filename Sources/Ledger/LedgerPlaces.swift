import ResultStore

/// Where a folder keeps its ledgers.
public struct LedgerPlaces: Sendable {
  /// The folder in which all of them lie.
  public var folder: String
  /// The lock of the coordinators of one machine.
  public var lockFile: String
  /// The file of one life of a coordinator, from 1.
  public var ledgerFile: @Sendable (UInt32) -> String
  /// Lives that have a file now.
  public var epochs: @Sendable () throws -> [UInt32]

  public init(
    folder: String, lockFile: String, ledgerFile: @escaping @Sendable (UInt32) -> String,
    epochs: @escaping @Sendable () throws -> [UInt32]
  ) {
    self.folder = folder
    self.lockFile = lockFile
    self.ledgerFile = ledgerFile
    self.epochs = epochs
  }

  /// Those of a results folder.
  public init(_ paths: RunPaths) {
    self.init(
      folder: paths.root, lockFile: paths.coordinatorLock, ledgerFile: { paths.ledgerFile(epoch: $0) },
      epochs: { try paths.ledgerEpochs() })
  }
}
