import ArgumentParser
import Foundation
import Keys
import ProgramExit

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Make, list and revoke the keys of a coordinator and its workers.",
    discussion: """
      igr keys DIR makes the folder, mode 0700, with the coordinator's key (server) and one that its workers share \
      (worker); what is there already is kept. Then it lists the keys.

      Give --keys DIR to igr-coordinator. To a worker on another machine copy server.public and worker.secret (or \
      NAME.secret), mode 0600, and give igr-worker the folder with --keys. Never copy server.secret.

      A coordinator that runs reads the list again when it changes: a revoked key gets nothing from then on.
      \(ExitStatus.help)
      """)

  @Argument(help: "The folder of the keys.", completion: .directory)
  var folder: String?

  @Option(help: ArgumentHelp("The same as the argument.", valueName: "folder"), completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp("Make a key of its own for a worker, of this name. Repeatable.", valueName: "name"))
  var worker: [String] = []

  @Option(help: ArgumentHelp("Revoke the key of this name. Repeatable.", valueName: "name"))
  var revoke: [String] = []

  @Flag(help: "Only list what is there.")
  var list = false

  func validate() throws {
    guard (folder == nil) != (out == nil) else {
      throw ValidationError("name one folder for the keys, as in: igr keys keys")
    }
    for name in worker + revoke where KeyName(name) == nil {
      throw ValidationError("'\(name)' is no name of a key: letters, digits, - and _, at most 64")
    }
    if list, !(worker.isEmpty && revoke.isEmpty) {
      throw ValidationError("--list only lists; leave out --worker and --revoke")
    }
    if !worker.isEmpty, !revoke.isEmpty {
      throw ValidationError("--worker and --revoke are two steps; give one at a time")
    }
  }

  func run() throws {
    let folder = KeyFolder(path: folder ?? out ?? "")
    if revoke.isEmpty, !list {
      let names = worker.compactMap(KeyName.init)
      for name in try folder.make(workers: names.isEmpty ? [.worker] : names) {
        complain("made \(folder.secretFile(name)) and \(folder.publicFile(name))")
      }
    }
    for name in revoke.compactMap(KeyName.init) {
      try folder.revoke(name)
      complain("revoked '\(name)'; a coordinator that runs with these keys notices by itself")
    }
    try printList(of: folder)
  }

  private func printList(of folder: KeyFolder) throws {
    print("server   \(try folder.publicKey(.server).text)  (the coordinator)")
    for entry in try folder.accessList().entries {
      print("\(entry.isAllowed ? "allowed" : "revoked")  \(entry.key.text)  \(entry.name)")
    }
  }
}
