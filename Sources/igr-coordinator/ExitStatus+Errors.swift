import Datasets
import Keys
import Ledger
import ProgramExit
import ResultStore
import SweepFiles
import SweepRuntime

extension ExitStatus {
  /// How the program ends that meets this error of one of our modules.
  init(of error: any Error) {
    switch error {
    case is SweepFileError, is DatasetError, is KeyError: self = .wrongCommandOrFile
    case let error as LedgerError: self = error.code == .otherSweep ? .wrongCommandOrFile : .environment
    case let error as ResultStoreError: self = error.code == .exists ? .wrongCommandOrFile : .environment
    case let error as CoordinatorError: self = error.code == .refused ? .wrongCommandOrFile : .environment
    default: self = .environment
    }
  }
}
