import ArgumentParser
import ProgramExit
import Reporting
import ResultStore

/// A folder and what table of it is wanted: the whole command line of `igr table` and of `igr-aggregate`.
public struct TableArguments: ParsableArguments {
  public static let discussion = """
    Prints the table, writes it as Markdown, CSV and LaTeX to the folder's tables/, figures to tables/figures/, and \
    summary.h5, one row per trial. Works on a sweep that is running, on a copied folder, and on trial files alone. \
    docs/tables.md tells what every number means.
    """

  @Argument(help: ArgumentHelp("A results folder.", valueName: "dir"), completion: .directory)
  var folder: String?

  @OptionGroup var options: TableOptions

  public init() {}

  public func validate() throws {
    if folder == nil, !options.asksForPresets { throw ValidationError("Give a results folder.") }
  }

  /// - Throws: as `ComparisonOutput.make`, and `ExitCode` where some trials failed or could not be read.
  public func run() throws {
    guard !options.asksForPresets, let folder else {
      print(TablePreset.list, terminator: "")
      return
    }
    let isWhole = try ComparisonOutput(paths: RunPaths(root: folder), options: options).make()
    if !isWhole { throw ExitStatus.someTrialsFailed.asError }
  }
}
