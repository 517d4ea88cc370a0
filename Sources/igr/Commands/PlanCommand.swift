import ArgumentParser
import Foundation
import Planning
import ProgramExit
import ResultStore
import SweepFiles
import Training
import Trials

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show the trials a sweep file stands for, what they cost and what is done. Runs nothing.",
    discussion: """
      Core-hours come from finished trials with the same model, architecture and data, of the sweep's own folder or of
      any other folder beside it.
      \(ExitStatus.help)
      """)

  @OptionGroup var sweep: SweepOptions

  @Option(help: "The results folder, to tell what is done already. Default: results/<sweep name>.")
  var results: String?

  @Flag(help: "Print the whole plan as JSON.")
  var json = false

  func run() throws {
    let (definition, plan) = try sweep.plan()
    let paths = RunPaths(root: results ?? "results/\(plan.sweep.name)")
    let published = Set((try? paths.publishedTrials()) ?? [])
    let estimate = PlanEstimate(
      of: plan.sweep.trials, done: published,
      costs: TrialCosts(from: [paths] + Self.neighbours(of: paths), for: plan.sweep.trials),
      byteCount: \.fileByteCount)
    if json {
      print(plan.json(estimate: estimate.json, done: published), terminator: "")
      return
    }
    print(plan.text, terminator: plan.text.hasSuffix("\n") ? "" : "\n")
    print("\n" + estimate.text)
    let done = plan.sweep.trials.count { published.contains($0.id) }
    if done > 0 { print("\(done) of \(plan.sweep.trials.count) have a result in \(paths.root).") }
    try tellDifference(of: definition, plan, in: paths)
  }

  /// What running the file would change in a folder of another version of it.
  private func tellDifference(of definition: SweepDefinition, _ plan: SweepPlan, in paths: RunPaths) throws {
    guard FileManager.default.fileExists(atPath: paths.sweepFile),
      try paths.readSource() != definition.source
    else { return }
    let difference = try FormerSweep(of: paths, successor: plan).difference(to: plan)
    print(ResultsFolder.text(of: difference, in: paths))
  }

  /// Results folders beside a sweep's own, the newest first.
  private static func neighbours(of paths: RunPaths) -> [RunPaths] {
    let own = URL(filePath: paths.root)
    let beside = try? FileManager.default.contentsOfDirectory(
      at: own.deletingLastPathComponent(), includingPropertiesForKeys: [.contentModificationDateKey],
      options: [.skipsHiddenFiles])
    func date(_ url: URL) -> Date {
      (try? url.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
        ?? .distantPast
    }
    // As a person wrote it, so that what is shown can be copied.
    let parent = paths.root.lastIndex(of: "/").map { String(paths.root[...$0]) } ?? ""
    return (beside ?? []).filter { $0.lastPathComponent != own.lastPathComponent }
      .sorted { date($0) > date($1) }.map { RunPaths(root: parent + $0.lastPathComponent) }
      .filter(\.isResultsFolder)
  }
}
