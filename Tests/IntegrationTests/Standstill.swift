import Foundation
import TestSupport
import Testing

/// Processes that stand still (SIGSTOP), so that a test can look first and strike then, with nothing in between.
struct Standstill {
  let processes: [Int32]

  /// Returns when all of them stand still.
  ///
  /// - Throws: `CameTooLate` when one of them has ended; the others go on then.
  init(of processes: [Int32]) throws {
    self.processes = processes
    for process in processes { kill(process, SIGSTOP) }
    for process in processes {
      while let state = processState(process), !"TZX".contains(state) { pauseBetweenLooks() }
      guard processState(process) == "T" else {
        end()
        throw CameTooLate("process \(process) had ended")
      }
    }
  }

  /// Lets them go on.
  func end() {
    for process in processes { kill(process, SIGCONT) }
  }

  /// Waits until a signal lies before each of them, which it gets when it goes on.
  func waitUntilSignalled(_ signal: Int32) throws {
    for process in processes {
      try waitUntil("signal \(signal) for process \(process)") {
        let status = try #require(
          try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
          "process \(process) is gone")
        let pending = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }?.split(separator: "\t")
          .last
        let bits = try #require(pending.flatMap { UInt64($0, radix: 16) })
        return bits & (1 << (UInt64(signal) - 1)) != 0
      }
    }
  }
}

extension RunningProgram {
  /// The coordinator that it started; nil where there is none now.
  var coordinatorProcess: Int32? {
    processTree(of: processID).first { $0.command.contains("igr-coordinator") }?.processID
  }

  /// Agents that it started.
  var agentProcesses: [Int32] {
    processTree(of: processID).filter { $0.command.contains("igr-worker") && !$0.command.contains("run-one") }
      .map(\.processID)
  }

  /// Processes in which trials train now.
  var trainingProcesses: [Int32] {
    processTree(of: processID).filter { $0.command.contains("run-one") }.map(\.processID)
  }

  /// Stops the processes of `count` trials that train at the same time.
  ///
  /// - Throws: `CameTooLate` when this program ends before there are as many.
  func holdTrials(_ count: Int) throws -> Standstill {
    while isRunning {
      let training = trainingProcesses
      // One may end between the look and the stop; then the next one is looked for.
      if training.count == count, let held = try? Standstill(of: training) { return held }
      pauseBetweenLooks()
    }
    throw CameTooLate("the sweep was over before \(count) of its trials could be stopped")
  }

  /// Stops the coordinator that it started.
  ///
  /// - Throws: `CameTooLate` when the sweep is over, or has fewer than `left` trials without a result.
  func holdCoordinator(of results: String, trials: Int, left: Int = 1) throws -> Standstill {
    guard let coordinator = coordinatorProcess else { throw CameTooLate("there is no coordinator any more") }
    let held = try Standstill(of: [coordinator])
    let published = try TestSweep.publishedCount(results)
    guard published + left <= trials else {
      held.end()
      throw CameTooLate("\(published) of \(trials) trials had a result already")
    }
    return held
  }
}
