import Glibc
import Tensors

/// `igr-worker`: the agent, and, as `igr-worker run-one`, the child process in which one trial trains.
@main
enum IGRWorker {
  static func main() {
    LinearAlgebraLibrary.restartWithBetterCore()
    // Ahead of the parser: the child is called by the agent alone and has no options.
    if CommandLine.arguments.dropFirst() == ["run-one"] { RunOne.main() }
    AgentCommand.runProgram()
  }
}
