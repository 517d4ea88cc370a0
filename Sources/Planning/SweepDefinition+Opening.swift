import Datasets
import ResultStore
import SweepFiles
import Trials

extension SweepDefinition {
  /// Reads a sweep file and the prior files that it names, whose paths are relative to its folder.
  ///
  /// In a results folder the numbers that were kept when it was made count, whatever has become of the files since.
  ///
  /// - Throws: `SweepFileError` with every fault that was found; `ResultStoreError` for a prior file.
  public static func open(path: String, overrides: [String] = []) throws -> SweepDefinition {
    let text = try text(ofFile: path)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return try open(
      text, path: path, folder: folder, overrides: overrides,
      kept: RunPaths(root: folder.isEmpty ? "." : folder).keptPriors())
  }

  /// The sweep of a results folder, as its newest version has it.
  ///
  /// - Throws: `ResultStoreError` where the folder cannot be read; `SweepFileError` where its file no longer gives a
  ///   sweep.
  public static func open(_ paths: RunPaths) throws -> SweepDefinition {
    let source = try paths.readSource()
    return try open(
      source.sweepFile, path: paths.sweepFile, folder: paths.root + "/", overrides: source.overrides,
      kept: source.priors)
  }

  /// - Parameter kept: numbers of prior files that a results folder holds.
  private static func open(
    _ text: String, path: String, folder: String, overrides: [String], kept: [String: [[Double]]]
  ) throws -> SweepDefinition {
    var priors: [String: HyperparameterValue] = [:]
    for file in priorFiles(in: text, overrides: overrides) {
      if let numbers = kept[file] {
        priors[file] = HyperparameterValue(priorNumbers: numbers)
        continue
      }
      let prior = try FittedPrior(readingTrialFile: file.hasPrefix("/") ? file : folder + file)
      priors[file] = HyperparameterValue(priorNumbers: [prior.mu, prior.xi])
    }
    return try parse(text, path: path, overrides: overrides, priors: priors)
  }

  /// What a results folder keeps to plan the sweep again.
  public var source: SweepSource {
    SweepSource(sweepFile: text, overrides: overrides, priors: priors.mapValues(\.priorNumbers))
  }

  /// The plan with the digests of this machine's data sets: known ones, else those of the files in the data folder.
  ///
  /// - Throws: `SweepFileError`; `DatasetError` where a data set's digest cannot be told.
  public func planWithData() throws -> SweepPlan {
    var digests = DatasetDigests()
    return try plan { configuration in try configuration.dataDigest { try digests.digest(of: $0) } }
  }
}
