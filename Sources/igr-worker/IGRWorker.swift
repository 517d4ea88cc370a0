import Glibc

/// `igr-worker`: the agent; as `igr-worker run-one`, the child process in which one trial trains; and as
/// `igr-worker describe`, what `igr launch` asks a host before it starts anything.
@main
enum IGRWorker {
  static func main() {
    // Ahead of the parser: the child is called by the agent alone and has no options; `describe` is called by `igr launch`.
    if CommandLine.arguments.dropFirst() == ["run-one"] { RunOne.main() }
    if CommandLine.arguments.dropFirst().first == "describe" {
      Describe.main(Array(CommandLine.arguments.dropFirst(2)))
    }
    AgentCommand.runProgram()
  }
}
