import ExportFormats
import Exporting
import Keys
import Launching
import ProgramExit
import TableProgram

extension ExitStatus {
  /// How the program ends that meets this error of one of our modules.
  init(of error: any Error) {
    switch error {
    case is KeyError, is ClusterProfileError, is SweepExport.NothingThere, is FormatLimit:
      self = .wrongCommandOrFile
    default: self.init(ofResults: error)
    }
  }
}
