import ArgumentParser
import DatasetFetching
import Datasets
import ProgramExit

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Fetch and verify data sets. They lie in $IGR_DATA, else in ~/.cache/igr.",
    discussion: ExitStatus.help, subcommands: [Fetch.self, Verify.self])

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetch data sets that are not there, and verify them by SHA-256.", discussion: ExitStatus.help
    )

    @OptionGroup var names: DatasetNames

    func run() throws {
      for name in try names.parsed() { _ = try DatasetFetch.fetch(name) { complain($0) } }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare the SHA-256 of data sets with the known ones.", discussion: ExitStatus.help)

    @OptionGroup var names: DatasetNames

    func run() throws {
      for name in try names.parsed() {
        _ = try ImageDataset.load(name: name.rawValue, verifyDigest: true)
        print("\(name.rawValue): verified")
      }
    }
  }
}

struct DatasetNames: ParsableArguments {
  @Argument(help: "Data sets: \(DatasetName.allCases.map(\.rawValue).joined(separator: ", ")). Default: all.")
  var names: [String] = []

  func parsed() throws -> [DatasetName] {
    guard !names.isEmpty else { return DatasetName.allCases }
    return try names.map { name in
      guard let dataset = DatasetName(rawValue: name) else {
        let known = DatasetName.allCases.map(\.rawValue).joined(separator: ", ")
        throw ProgramFailure(.wrongCommandOrFile, "no data set is called '\(name)'; there are \(known)")
      }
      return dataset
    }
  }
}
