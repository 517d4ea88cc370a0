import ArgumentParser
import Planning
import ProgramExit
import SweepFiles
import Trials

/// The sweep file and its overrides, as several commands take them.
struct SweepOptions: ParsableArguments {
  @Argument(help: "The sweep file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Overrides a value of the sweep file; may be repeated. A list makes an axis of the grid.",
      valueName: "key=value"))
  var overrides: [String] = []

  func plan() throws -> (definition: SweepDefinition, plan: SweepPlan) {
    let definition = try SweepDefinition.open(path: file, overrides: overrides)
    let plan = try definition.planWithData(checksImages: true)
    for warning in plan.warnings { complain(warning) }
    return (definition, plan)
  }
}
