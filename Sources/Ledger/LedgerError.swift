/// Why a results folder's ledger cannot be used. The message says what happened and what to do.
public struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public enum Code: Hashable, Sendable {
    /// Another coordinator of this machine works on the folder.
    case inUse
    /// The folder holds another sweep.
    case otherSweep
    /// The file is no ledger, or damaged.
    case damaged
    /// The file was written by a newer program.
    case newerSchema
    /// The system refused.
    case disk
  }

  public let code: Code
  public let path: String
  public let message: String

  init(_ code: Code, _ path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
