import ArgumentParser
import DatasetFetching
import Datasets
import ProgramExit

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List, fetch and verify data sets. They lie in $IGR_DATA, else in ~/.cache/igr.",
    discussion: ExitStatus.help, subcommands: [List.self, Fetch.self, Verify.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show which data sets are here, and which files they come from.",
      discussion: ExitStatus.help)

    func run() throws {
      for name in DatasetName.named {
        do throws(DatasetError) {
          let dataset = try ImageDataset.load(name: name.text, verifyDigest: false, mayDecode: false)
          print("\(name.text): \(dataset.sourceDescription)")
        } catch {
          print("\(name.text): " + (error.code == .missing ? "not here" : "DAMAGED: \(error.message)"))
        }
      }
    }
  }

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetch data sets that are not there, and verify them by SHA-256.",
      discussion: "CelebA is not fetched but decoded from the files you put there.\n\n" + ExitStatus.help)

    @OptionGroup var names: DatasetNames

    func run() throws {
      for name in try names.parsed() { _ = try DatasetFetch.fetch(name) { complain($0) } }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check data sets whole: shape, length, and SHA-256 where it is known.",
      discussion: ExitStatus.help)

    @OptionGroup var names: DatasetNames

    func run() throws {
      for name in try names.parsed() {
        let dataset = try ImageDataset.load(name: name.text, verifyDigest: true) { complain($0) }
        print("\(name.text): verified: \(dataset.sourceDescription)")
      }
    }
  }
}

struct DatasetNames: ParsableArguments {
  static let standard: [DatasetName] = [.mnist, .fmnist]

  @Argument(
    help: """
      Data sets: \(DatasetName.named.map(\.text).joined(separator: ", ")), hdf5:PATH. \
      Default: \(standard.map(\.text).joined(separator: ", ")).
      """)
  var names: [String] = []

  func parsed() throws -> [DatasetName] {
    guard !names.isEmpty else { return Self.standard }
    return try names.map { text in
      do throws(DatasetError) {
        return try DatasetName(text: text)
      } catch {
        throw ProgramFailure(.wrongCommandOrFile, error.message)
      }
    }
  }
}
