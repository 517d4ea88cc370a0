import ArgumentParser
import Diagnosis
import ProgramExit

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check libraries, data, folder rights and limits, and say what to do.",
    discussion: """
      With a results folder: check its ledger, and with --repair make a new one from its trial files.
      Ends with 4 when a check failed.
      \(ExitStatus.help)
      """)

  @Argument(help: "A results folder whose ledger is to be checked.", completion: .directory)
  var folder: String?

  @Flag(help: "Where the folder's ledger is damaged: move it aside and make a new one from the trial files.")
  var repair = false

  @Option(help: "The folder for results.")
  var results = "results"

  func validate() throws {
    if repair, folder == nil {
      throw ValidationError("--repair needs the results folder: igr doctor DIR --repair")
    }
  }

  func run() throws {
    if let folder { return try LedgerCheckup(root: folder).run(repairs: repair) }
    let checks = Diagnosis.examine(results: results)
    for check in checks { print(check.text) }
    if checks.contains(where: { $0.status == .failure }) { throw ExitStatus.environment.asError }
  }
}
