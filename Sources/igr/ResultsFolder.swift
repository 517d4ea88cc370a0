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

  /// How the folder of a sweep that is to run was found.
  enum Opening {
    case made
    /// Of this very file.
    case resumed
    /// Of another version of the file, which is replaced by now.
    case changed
  }

  /// The folder of a sweep that is to run: found or made. A folder of another version of the sweep file goes on with
  /// the new one; what that changes is told before.
  ///
  /// - Parameter root: nil means `results/<sweep name>`.
  /// - Throws: `ProgramFailure` when the folder holds another sweep; `ResultStoreError` when it cannot be made, or a
  ///   coordinator or another `igr` works on it.
  static func open(
    root: String?, definition: SweepDefinition, plan: SweepPlan
  ) throws -> (folder: ResultsFolder, opening: Opening) {
    let paths = RunPaths(root: root ?? "results/\(plan.sweep.name)")
    let isEmptyFolder = (try? FileManager.default.contentsOfDirectory(atPath: paths.root))?.isEmpty == true
    if isEmptyFolder || !FileManager.default.fileExists(atPath: paths.root) {
      let made = try RunPaths.create(root: paths.root, source: definition.source)
      return (ResultsFolder(paths: made, plan: plan), .made)
    }
    try paths.refuseWhileRun()
    // The same file gives the same plan; it is not made twice.
    if paths.isResultsFolder, try paths.readSource() == definition.source {
      try paths.makeMissingFolders()
      try finishChange(of: paths)
      return (ResultsFolder(paths: paths, plan: plan), .resumed)
    }
    let former = try FormerSweep(of: paths, successor: plan)
    try paths.makeMissingFolders()
    let difference = try former.difference(to: plan)
    complain(text(of: difference, in: paths))
    try paths.withoutCoordinator { () throws(ResultStoreError) in
      try paths.replaceSource(with: definition.source)
      try paths.markRetired(former.retiredLines(after: plan))
    }
    return (ResultsFolder(paths: paths, plan: plan), .changed)
  }

  /// What a person reads before anything runs.
  static func text(of difference: SweepDifference, in paths: RunPaths) -> String {
    difference.isOfSettingsAlone
      ? "\(paths.root) was begun with other settings of this sweep; its trials are the same"
      : "\(paths.root) was begun with another version of this sweep:\n\(difference.text)"
  }

  /// A results folder as its sweep file stands.
  ///
  /// - Throws: `ProgramFailure` when there is no such folder or it is none of ours; `SweepFileError` when its sweep
  ///   file no longer gives a plan.
  static func reopen(root: String) throws -> ResultsFolder {
    let paths = try find(root: root)
    return ResultsFolder(paths: paths, plan: try SweepDefinition.open(paths).planWithData())
  }

  /// As `reopen`, for a run: what an early end left undone is done.
  static func reopenToRun(root: String) throws -> ResultsFolder {
    let folder = try reopen(root: root)
    try folder.paths.refuseWhileRun()
    try folder.paths.makeMissingFolders()
    try finishChange(of: folder.paths)
    return folder
  }

  /// A change of the sweep file that was cut short; a coordinator at work has finished it itself.
  private static func finishChange(of paths: RunPaths) throws {
    guard !paths.hasCoordinator else { return }
    try paths.withoutCoordinator { () throws(ResultStoreError) in try paths.finishReplacingSource() }
  }

  /// - Throws: `ProgramFailure` when there is no such folder or it is none of ours.
  static func find(root: String) throws -> RunPaths {
    let paths = RunPaths(root: root)
    guard FileManager.default.fileExists(atPath: paths.root) else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root): there is no such folder; `igr run FILE --results \(paths.root)` begins one")
    }
    guard FileManager.default.fileExists(atPath: paths.sweepFile) else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root) is no results folder: it has no sweep.yaml. Give the folder of a sweep, for example"
          + " results/quickstart, or the sweep file: igr run FILE --results \(paths.root)")
    }
    return paths
  }
}

/// The sweep of a results folder before its file is replaced.
struct FormerSweep {
  private let paths: RunPaths
  /// Nil where the folder's file no longer gives a plan; its results count nevertheless.
  private let plan: SweepPlan?

  /// - Throws: `ProgramFailure` when the folder is none of ours or holds another sweep.
  init(of paths: RunPaths, successor: SweepPlan) throws {
    guard FileManager.default.fileExists(atPath: paths.sweepFile) else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "\(paths.root) exists and is no results folder: it has no sweep.yaml. Give another with --results.")
    }
    self.paths = paths
    var plan: SweepPlan?
    do {
      let definition = try SweepDefinition.open(paths)
      guard definition.name == successor.sweep.name else {
        throw ProgramFailure(
          .wrongCommandOrFile,
          "\(paths.root) holds another sweep: '\(definition.name)', not '\(successor.sweep.name)'."
            + " Give another folder with --results.")
      }
      plan = try definition.planWithData()
    } catch let error where error is SweepFileError || error is DatasetError {
      complain("warning: the sweep file in \(paths.root) no longer gives a plan: \(error)")
    }
    self.plan = plan
  }

  func difference(to successor: SweepPlan) throws -> SweepDifference {
    SweepDifference(
      from: plan, to: successor, published: Set(try paths.publishedTrials()),
      shorter: try ShorterTrials(
        in: paths, for: successor.sweep.trials, known: (plan?.sweep.trials ?? []) + successor.sweep.trials))
  }

  /// Results that the successor does not name: id and, where it is known, label.
  func retiredLines(after successor: SweepPlan) throws(ResultStoreError) -> [String] {
    let named = Set(successor.sweep.trials.map(\.id))
    let former = Dictionary((plan?.sweep.trials ?? []).map { ($0.id, $0) }) { first, _ in first }
    return try paths.publishedTrials().filter { !named.contains($0) }.map { id in
      guard let plan, let trial = former[id] else { return id.description }
      return "\(id)  \(plan.label(of: trial))"
    }
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
