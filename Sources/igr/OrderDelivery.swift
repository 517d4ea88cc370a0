import Foundation
import ProgramExit
import ResultStore
import Scheduling
import SweepRuntime

/// Brings a person's order to a sweep and tells what became of it.
struct OrderDelivery {
  let paths: RunPaths

  /// A living coordinator looks a few times a second; a busy disk may take longer.
  private static let patience = 20.0
  private static let interval = 0.1

  /// - Throws: `ProgramFailure` when the folder is none of ours.
  init(root: String) throws { paths = try ResultsFolder.find(root: root) }

  init(paths: RunPaths) { self.paths = paths }

  static var person: String { "\(NSUserName())@\(ProcessInfo.processInfo.hostName)" }

  /// Whether a coordinator will answer soon: one of this machine, the one that its front door starts again, or one whose
  /// word from elsewhere is fresh.
  private var isHeard: Bool {
    paths.hasCoordinator || paths.frontDoorProcess != nil || paths.coordinatorElsewhere != nil
  }

  /// Puts the order in, waits for the answer of a coordinator that lives, and prints it.
  ///
  /// - Throws: `ResultStoreError` when the order cannot be written.
  func deliver(_ command: SweepCommand) throws {
    let control = ControlFolder(paths)
    let order = try control.put(command, by: Self.person)
    let deadline = Date().addingTimeInterval(Self.patience)
    while isHeard, Date() < deadline {
      if let answer = control.takeAnswer(to: order) {
        print(answer)
        return
      }
      Thread.sleep(forTimeInterval: Self.interval)
    }
    // It may have answered and ended in the same moment.
    if let answer = control.takeAnswer(to: order) {
      print(answer)
    } else if isHeard {
      complain("the coordinator has not answered yet; it will carry the order out when it can")
    } else {
      complain(
        "no coordinator works on \(paths.root) now: the next one carries it out (igr resume \(paths.root))")
    }
  }
}
