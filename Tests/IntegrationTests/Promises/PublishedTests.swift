import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

extension PromiseTests {
  /// Promises 8, 10 and 12: what lies under a final name, and who puts it there.
  @Suite struct PublishedTests {
    /// Workers and children are killed at random moments; each file is verified in the moment in which it appears.
    @Test func nothingLiesUnderAFinalNameBeforeItIsWhole() throws {
      try strikeInTime(epochs: 100) { epochs, folder in
        var dice = PromiseDice()
        let sweep = PromiseSweep(seeds: [1, 2, 3, 4, 5], epochs: epochs)
        let stage = try PromiseStage(sweep, in: folder, lease: 1.5)
        let coordinator = try stage.startCoordinator()
        let watch = try #require(FinalNameWatch(stage.paths.trialsFolder))
        let survivor = try stage.startWorker()
        for _ in 0..<4 {
          let victim = try stage.startWorker()
          victim.waitForErrorLines { $0.contains("process") }
          dice.letTimePass(upTo: 600)
          if let process = dice.choose(processTree(of: victim.processID)) { kill(process.processID, SIGKILL) }
          dice.letTimePass(upTo: 200)
          guard coordinator.isRunning else {
            _ = watch.finish()
            throw CameTooLate("the sweep was over")
          }
          kill(victim.processID, SIGKILL)
        }
        let end = coordinator.waitForEnd()
        #expect(end.status == 0, "\(end.errors)")
        #expect(survivor.waitForEnd().status == 0)
        let seen = watch.finish()
        #expect(seen.faults == [])
        // What killed processes left unpublished is gone.
        #expect(try FileManager.default.contentsOfDirectory(atPath: stage.paths.incomingFolder) == [])
        #expect(seen.names.sorted() == (try stage.paths.publishedTrials()).map { "\($0).h5" }.sorted())
        try stage.expectPeacefulNumbers(sweep)
      }
    }

    /// The second coordinator does not see the first one's lock, as on another host. Each has a worker. The older one's
    /// sweep cannot be over before: its last trial does not end.
    @Test func theOlderOfTwoCoordinatorsEnds() throws {
      try withTemporaryFolder { folder in
        var dice = PromiseDice()
        let peaceful = PromiseSweep(seeds: [1, 2, 3, 4], epochs: 80)
        var sweep = peaceful
        sweep.isEndless = true
        let stage = try PromiseStage(sweep, in: folder, lease: 3)
        let older = try stage.startCoordinator()
        let watch = try #require(FinalNameWatch(stage.paths.trialsFolder))
        let itsWorker = try stage.startWorker(["--patience", "4"])
        older.waitForErrorLines { $0.contains("leased → running") }
        dice.letTimePass(upTo: 1500)
        try FileManager.default.removeItem(atPath: stage.paths.coordinatorLock)
        let newer = try stage.startCoordinator()
        let olderEnd = older.waitForEnd()
        #expect(olderEnd.status == 3, "\(olderEnd.errors)")
        #expect(olderEnd.errors.contains("a newer coordinator has claimed"), "\(olderEnd.errors)")
        let cancelled = try RunningProgram.run(
          "igr", ["cancel", stage.results, "--where", TestSweep.endless])
        #expect(cancelled.output.hasPrefix("cancelled 1 trial"), "\(cancelled)")
        let heir = try stage.startWorker()
        let end = newer.waitForEnd()
        #expect(end.status == 1, "\(end.errors)")
        #expect(heir.waitForEnd().status == 0)
        // Nobody is left for it; its children wrote checkpoints.
        #expect([0, 3].contains(itsWorker.waitForEnd().status))
        #expect(watch.finish().faults == [])
        #expect(try StatusSnapshot.read(stage.paths.statusFile).coordinator.epoch == 2)
        let status = try RunningProgram.run("igr", ["status", stage.results])
        #expect(status.output.contains("finished, 4 of 5 trials completed"), "\(status.output)")
        try stage.expectPeacefulNumbers(peaceful)
      }
    }
  }
}
