import Foundation
import TestSupport
import Testing

/// `igr chaos` as a user calls it.
@Suite struct ChaosTests {
  @Test func aHurtSweepIsProvenEqualToPeace() throws {
    try withTemporaryFolder { folder in
      let sweep = PromiseSweep(seeds: [1, 2, 3], epochs: 60)
      let file = folder + "/sweep.yaml"
      try sweep.text.write(toFile: file, atomically: true, encoding: .utf8)
      let arguments = [
        "chaos", file, "--results", folder + "/chaos", "--workers", "2", "--kill-child", "1/s",
        "--disconnect",
        "1/s", "--seed", "3",
      ]
      let end = try RunningProgram.run("igr", arguments)
      #expect(end.status == 0, "\(end.errors)\n\(end.output)")
      for words in [
        "every promise held, seed 3", "trials lost       0", "done twice        0", "differing bytes   0",
      ] {
        #expect(end.output.contains(words), "\(end.output)")
      }
      #expect(
        try TestSweep.digests(folder + "/chaos/faults") == TestSweep.digests(folder + "/chaos/peace"))
      #expect(FileManager.default.fileExists(atPath: folder + "/chaos/report.json"))
      // Nothing that is there is run over.
      let again = try RunningProgram.run("igr", arguments)
      #expect(again.status == 2)
      #expect(again.errors.contains("is there already"), "\(again.errors)")
    }
  }

  @Test func aRateThatIsNoneIsRefused() throws {
    let end = try RunningProgram.run("igr", ["chaos", "sweep.yaml", "--kill-worker", "often"])
    #expect(end.status == 2)
    #expect(end.errors.contains("often"), "\(end.errors)")
  }
}
