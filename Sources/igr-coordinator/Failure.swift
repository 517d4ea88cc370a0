import Datasets
import Keys
import Ledger
import ResultStore
import SweepFiles
import SweepRuntime

/// Why the program ends, with the exit code that says so.
struct Failure: Error, CustomStringConvertible {
  enum Kind: Int32 {
    case someTrialsFailed = 1
    case wrong = 2
    case interrupted = 3
    case environment = 4
  }

  let kind: Kind
  let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Sorts the errors of all modules.
  init(_ error: any Error) {
    let kind: Kind =
      switch error {
      case let failure as Failure: failure.kind
      case is SweepFileError, is DatasetError, is KeyError: .wrong
      case let error as LedgerError: error.code == .otherSweep ? .wrong : .environment
      case let error as ResultStoreError: error.code == .exists ? .wrong : .environment
      case let error as CoordinatorError: error.code == .refused ? .wrong : .environment
      default: .environment
      }
    self.init(kind, "\(error)")
  }
}
