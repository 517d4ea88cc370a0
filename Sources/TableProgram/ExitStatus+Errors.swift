import Aggregation
import ProgramExit
import Reporting
import ResultStore
import SweepFiles
import Trials

extension ExitStatus {
  /// How a program ends that meets this error while it reads results or makes tables.
  public init(ofResults error: any Error) {
    switch error {
    case is SweepFileError, is AggregationError, is ConfigurationError, is TrialFilter.Problem,
      is TableRequest.OptionError:
      self = .wrongCommandOrFile
    case let error as ResultStoreError: self = error.code == .disk ? .environment : .wrongCommandOrFile
    // Data sets, processes, sockets, the ledger.
    default: self = .environment
    }
  }
}
