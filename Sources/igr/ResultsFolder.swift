import Datasets
import Foundation
import Planning
import ProgramExit
import ResultStore
import SweepFiles
import Trials

/// A results folder with the plan it belongs to.
struct ResultsFolder {
  let paths: RunPaths
  let plan: SweepPlan

  /// The folder of a sweep that is to run: found or made.
  ///
  /// - Parameter root: nil means `results/<sweep name>`.
  /// - Returns: the folder, and whether it was there already.
  /// - Throws: `ProgramFailure` when the folder holds another sweep, or this one from another file; `ResultStoreError`
  ///   when it cannot be made.
  static func open(
    root: String?, definition: SweepDefinition, plan: SweepPlan
  ) throws -> (folder: ResultsFolder, isResumed: Bool) {
    let paths = RunPaths(root: root ?? "results/\(plan.sweep.name)")
    let isEmptyFolder = (try? FileManager.default.contentsOfDirectory(atPath: paths.root))?.isEmpty == true
    if isEmptyFolder || !FileManager.default.fileExists(atPath: paths.root) {
      let made = try RunPaths.create(root: paths.root, source: definition.source)
      return (ResultsFolder(paths: made, plan: plan), false)
    }
    let existing = try reopen(root: paths.root)
    guard existing.plan.sweep.name == plan.sweep.name else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root) holds another sweep: '\(existing.plan.sweep.name)', not '\(plan.sweep.name)'."
          + " Give another folder with --results.")
    }
    let (old, new) = (Set(existing.plan.sweep.trials.map(\.id)), Set(plan.sweep.trials.map(\.id)))
    guard old == new else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root) was begun with other trials: \(new.subtracting(old).count) of this plan are new,"
          + " \(old.subtracting(new).count) of the folder's are no longer named. Growing a sweep is not there yet:"
          + " give another folder with --results, or `igr resume \(paths.root)` for the trials it was begun with."
      )
    }
    return (existing, true)
  }

  /// A results folder as it was begun.
  ///
  /// - Throws: `ProgramFailure` when there is no such folder or it is none of ours; `SweepFileError` when its sweep
  ///   file no longer gives a plan.
  static func reopen(root: String) throws -> ResultsFolder {
    let paths = RunPaths(root: root)
    guard FileManager.default.fileExists(atPath: paths.root) else {
      throw ProgramFailure(.wrongCommandOrFile, "\(paths.root): there is no such folder")
    }
    guard FileManager.default.fileExists(atPath: paths.sweepFile) else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root) is no results folder: it has no sweep.yaml. Give the folder of a sweep, for example"
          + " results/quickstart, or another one with --results.")
    }
    return ResultsFolder(paths: paths, plan: try SweepDefinition.open(paths).planWithData())
  }
}

extension SweepPlan {
  /// Refuses to launch what could not run: every data set is read once and its digest compared.
  ///
  /// - Throws: `DatasetError` with the file, what was expected and found, and what to do.
  func checkData() throws {
    for name in Set(sweep.trials.compactMap(\.configuration.datasetName)).sorted() {
      _ = try ImageDataset.load(name: name, verifyDigest: true, tell: complain)
    }
  }
}
