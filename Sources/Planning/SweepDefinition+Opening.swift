import Datasets
import ResultStore
import SweepFiles
import Trials

extension SweepDefinition {
  /// Reads a sweep file and the prior files that it names, whose paths are relative to its folder.
  ///
  /// In a results folder the numbers that were kept when it was made count, whatever has become of the files since.
  ///
  /// - Throws: `SweepFileError` with every fault that was found, those of prior files among them; `ResultStoreError`
  ///   where the system refused to read one.
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
    try parse(text, path: path, overrides: overrides) { files in
      var found = PriorFiles()
      for file in files {
        if let numbers = kept[file] {
          found.numbers[file] = HyperparameterValue(priorNumbers: numbers)
          continue
        }
        let trialFile = file.hasPrefix("/") ? file : folder + file
        do throws(ResultStoreError) {
          let prior = try FittedPrior(readingTrialFile: trialFile)
          found.numbers[file] = HyperparameterValue(priorNumbers: [prior.mu, prior.xi])
          let fit = try TrialFile.readTrial(trialFile).configuration
          found.sources[file] = PriorSource(modelType: fit.modelType, temperature: fit.temperature)
        } catch {
          guard error.code != .disk else { throw error }
          let advice = "; name a prior_fit's trial file, by its path from the folder of the sweep file"
          found.faults[file] = "\(error)" + (error.code == .missing ? advice : "")
        }
      }
      return found
    }
  }

  /// What a results folder keeps to plan the sweep again.
  public var source: SweepSource {
    SweepSource(sweepFile: text, overrides: overrides, priors: priors.mapValues(\.priorNumbers))
  }

  /// The plan with the digests of this machine's data sets: known ones, else those of the files in the data folder.
  ///
  /// - Parameter checksImages: compares trials with the images of their files where only those tell whether they can be
  ///   trained; not needed for a folder that was begun.
  /// - Throws: `SweepFileError`; `DatasetError` where a data set's digest cannot be told.
  public func planWithData(checksImages: Bool = false) throws -> SweepPlan {
    var data = PlannedData(checksImages: checksImages)
    return try plan(
      images: { name in try data.images(of: name) },
      dataDigest: { configuration in try configuration.dataDigest { name in try data.digest(of: name) } })
  }
}

/// What planning asks of the data sets of this machine, each once.
private struct PlannedData {
  let checksImages: Bool
  private var digests = DatasetDigests()
  private var known: [String: Result<KnownImages, ConfigurationError>] = [:]

  init(checksImages: Bool) { self.checksImages = checksImages }

  /// - Throws: `ConfigurationError` where a file that the sweep file itself names is missing or wrong; `DatasetError`
  ///   for other data sets, and where the system refuses to read.
  mutating func images(of name: String) throws -> KnownImages? {
    guard checksImages else { return nil }
    if let images = known[name] { return try images.get() }
    let result: Result<KnownImages, ConfigurationError>
    do throws(DatasetError) {
      let data = try Self.advising(name) { () throws(DatasetError) in
        try ImageDataset.load(name: name, verifyDigest: false)
      }
      result = .success(
        KnownImages(
          height: data.train.height, width: data.train.width, channels: data.train.channels,
          trainingCount: data.train.count))
    } catch {
      guard case .hdf5? = try? DatasetName(text: name), error.code != .unreadable else { throw error }
      result = .failure(ConfigurationError(hyperparameter: "dataset_name", message: error.message))
    }
    known[name] = result
    return try result.get()
  }

  /// - Throws: `DatasetError`; for a missing data set with how to do without.
  mutating func digest(of name: String) throws(DatasetError) -> String {
    try Self.advising(name) { () throws(DatasetError) in try digests.digest(of: name) }
  }

  private static func advising<Found>(
    _ name: String, _ find: () throws(DatasetError) -> Found
  ) throws(DatasetError) -> Found {
    do {
      return try find()
    } catch {
      guard error.code == .missing else { throw error }
      throw DatasetError(
        .missing, error.message + ". To leave its trials out: --set 'exclude=[{dataset_name: \"\(name)\"}]'")
    }
  }
}
