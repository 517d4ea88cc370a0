import ArgumentParser
import Foundation
import ProgramExit
import ResultStore
import Scheduling
import SweepRuntime
import Trials

/// Which trials of a sweep a command is about.
struct TrialSelection: ParsableArguments {
  @Option(
    name: .customLong("trial"), parsing: .singleValue,
    help: ArgumentHelp("A trial by its id; may be repeated.", valueName: "id"))
  var ids: [String] = []

  @Option(
    name: .customLong("where"), parsing: .singleValue,
    help: ArgumentHelp(
      "Trials with this hyperparameter; may be repeated: one name's values are alternatives, different names must all"
        + " hold.", valueName: "name=value"))
  var conditions: [String] = []

  var isEmpty: Bool { ids.isEmpty && conditions.isEmpty }

  /// The chosen trials of a folder's sweep; nil where nothing was chosen.
  ///
  /// - Throws: `TrialFilter.Problem` for an unknown name or value; `ProgramFailure` for an id that the sweep has not.
  func trials(of folder: ResultsFolder) throws -> [TrialID]? {
    guard !isEmpty else { return nil }
    let trials = folder.plan.sweep.trials
    let filter = try TrialFilter(conditions)
    try filter.check(against: trials.lazy.map(\.configuration))
    var wanted: Set<TrialID>?
    if !ids.isEmpty {
      let known = Set(trials.map(\.id))
      wanted = []
      for text in ids {
        guard let id = TrialID(text), known.contains(id) else {
          let nearest = nearestName(to: text, among: known.lazy.map(\.description))
          throw ProgramFailure(
            .wrongCommandOrFile,
            "--trial \(text): the sweep in \(folder.paths.root) has no such trial"
              + (nearest.map { "; did you mean \($0)?" } ?? "; igr plan shows their ids"))
        }
        wanted?.insert(id)
      }
    }
    let chosen = trials.filter { wanted?.contains($0.id) ?? true && filter.matches($0.configuration) }.map(
      \.id)
    guard !chosen.isEmpty else {
      throw ProgramFailure(
        .wrongCommandOrFile,
        "no trial of the sweep in \(folder.paths.root) is chosen by these conditions together")
    }
    return chosen
  }
}

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Grant nothing more; running trials write checkpoints and wait. igr resume goes on.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  func run() throws { try OrderDelivery(root: folder).deliver(.pause) }
}

struct DrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Grant nothing more, let running trials finish, then end. igr resume goes on.",
    discussion: ExitStatus.help)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  func run() throws { try OrderDelivery(root: folder).deliver(.drain) }
}

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Take trials out of a sweep; without a choice, all that have not ended.",
    discussion: "igr retry brings them back; they go on from their last checkpoints.\n\(ExitStatus.help)")

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @OptionGroup var selection: TrialSelection

  func run() throws {
    let delivery = try OrderDelivery(root: folder)
    try delivery.deliver(.cancel(try selection.trials(of: ResultsFolder.reopen(root: folder))))
  }
}

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Run failed trials again with a new budget; chosen ones also when cancelled or pruned.",
    discussion: """
      A trial that early stopping ended runs to its end then. Trials with a good result never run again.
      \(ExitStatus.help)
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @OptionGroup var selection: TrialSelection

  @Option(help: ArgumentHelp("Give trials again to a node that was set aside.", valueName: "host"))
  var node: String?

  func validate() throws {
    if node != nil, !selection.isEmpty {
      throw ValidationError(
        "--node is about a machine, --trial and --where are about trials: give one of them")
    }
  }

  func run() throws {
    let delivery = try OrderDelivery(root: folder)
    if let node { return try delivery.deliver(.retryNode(host: node)) }
    try delivery.deliver(.retry(try selection.trials(of: ResultsFolder.reopen(root: folder))))
  }
}

struct PriorityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "priority",
    abstract: "Let chosen trials be granted before (higher) or after (lower) others; 0 is usual.",
    discussion: """
      A number below 0 stands behind two dashes: igr priority DIR --where seed=3 -- -5
      \(ExitStatus.help)
      """)

  @Argument(help: "The results folder.", completion: .directory)
  var folder: String

  @Argument(help: "The priority, an integer.")
  var priority: Int

  @OptionGroup var selection: TrialSelection

  func validate() throws {
    if selection.isEmpty { throw ValidationError("choose trials with --trial or --where") }
    guard abs(priority) <= 1_000_000 else {
      throw ValidationError("a priority is between -1000000 and 1000000, found \(priority)")
    }
  }

  func run() throws {
    let delivery = try OrderDelivery(root: folder)
    let trials = try selection.trials(of: ResultsFolder.reopen(root: folder)) ?? []
    try delivery.deliver(.prioritize(trials, priority))
  }
}
