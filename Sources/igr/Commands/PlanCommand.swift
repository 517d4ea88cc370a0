import ArgumentParser
import Foundation
import ProgramExit
import ResultStore
import SweepFiles

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show the trials a sweep file stands for. Runs nothing.",
    discussion: ExitStatus.help)

  @OptionGroup var sweep: SweepOptions

  @Option(help: "The results folder, to tell what is done already. Default: results/<sweep name>.")
  var results: String?

  @Flag(help: "Print the whole plan as JSON.")
  var json = false

  func run() throws {
    let (_, plan) = try sweep.plan()
    if json {
      print(plan.json, terminator: "")
      return
    }
    print(plan.text, terminator: plan.text.hasSuffix("\n") ? "" : "\n")
    let paths = RunPaths(root: results ?? "results/\(plan.sweep.name)")
    let published = Set((try? paths.publishedTrials()) ?? [])
    let done = plan.sweep.trials.count { published.contains($0.id) }
    if done > 0 { print("\(done) of \(plan.sweep.trials.count) have a result in \(paths.root).") }
  }
}
