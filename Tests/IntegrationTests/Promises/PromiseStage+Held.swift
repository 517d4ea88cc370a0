import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// A trial under work, as its worker's log tells of it.
struct TrialAtWork {
  let trial: TrialID
  /// The lease's token.
  let token: String
  /// Where it trains.
  let process: Int32

  /// The one that the worker began last, waited for.
  init(of worker: RunningProgram, number: Int = 1) throws {
    let began = worker.waitForErrorLines(number) { $0.contains("began, lease") }
    guard began.count >= number, let line = began.last else {
      throw CameTooLate("the worker ended before it had begun \(number) trials: \(worker.errorsSoFar)")
    }
    let match = try #require(
      line.firstMatch(of: /trial (\w+) attempt .* lease (\S+), process (\d+)/), "\(line)")
    trial = try #require(TrialID(String(match.1)))
    token = String(match.2)
    process = try #require(Int32(match.3))
  }
}

extension PromiseStage {
  /// Stops the newest trial of each of these workers at a random moment, where it has written a checkpoint and more than
  /// half of its training is to come: none of them ends before it is let go on.
  ///
  /// - Parameter number: how many trials the worker must have begun.
  /// - Throws: `CameTooLate` when one of them is further.
  func holdTrials(of workers: [RunningProgram], number: Int = 1, _ dice: inout PromiseDice) throws
    -> Standstill
  {
    let atWork = try workers.map { try TrialAtWork(of: $0, number: number) }
    for work in atWork {
      while epochOfCheckpoint(work.trial) < 1 {
        guard let state = processState(work.process), state != "Z" else {
          throw CameTooLate("\(work.trial) ended without a checkpoint")
        }
        pauseBetweenLooks()
      }
    }
    dice.letTimePass(upTo: 200)
    let held = try Standstill(of: atWork.map(\.process))
    for work in atWork {
      let epoch = epochOfCheckpoint(work.trial)
      let results = try FileManager.default.contentsOfDirectory(atPath: paths.incomingFolder)
      guard (1...(epochs / 2)).contains(epoch),
        !results.contains(where: { $0.hasPrefix("\(work.trial).\(work.token)") })
      else {
        held.end()
        throw CameTooLate("\(work.trial) had finished epoch \(epoch) of \(epochs)")
      }
    }
    return held
  }

  /// Finished epochs; 0 where there is no checkpoint.
  private func epochOfCheckpoint(_ trial: TrialID) -> Int {
    (try? CheckpointFile.read(paths.checkpointFile(trial), expecting: trial))?.epoch ?? 0
  }
}
