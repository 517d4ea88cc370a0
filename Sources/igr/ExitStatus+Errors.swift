import Aggregation
import ExportFormats
import Exporting
import Keys
import ProgramExit
import ResultStore
import SweepFiles
import Trials

extension ExitStatus {
  /// How a program ends that meets this error of one of our modules.
  init(of error: any Error) {
    switch error {
    case is SweepFileError, is AggregationError, is ConfigurationError, is TrialFilter.Problem,
      is KeyError, is SweepExport.NothingThere, is FormatLimit:
      self = .wrongCommandOrFile
    case let error as ResultStoreError: self = error.code == .disk ? .environment : .wrongCommandOrFile
    // Data sets, processes, sockets, the ledger.
    default: self = .environment
    }
  }
}
