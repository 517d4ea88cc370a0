import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// A trial whose loss grows until it is not finite any more.
@Suite struct DivergenceTests {
  /// JointVAE's capacity rises by 3e34 nats a step: γ times that overflows Float32 at step 104, in epoch 9.
  private static let sweep = """
    name: diverging
    base:
      dataset_name: mnist
      run_with_sample: true
      epochs: 20
      check_every: 20
      model_type: GS
      temp: 0.5
      latent_norm_n: 2
      run_jv: true
      gamma: 100
      cont_c_linspace: [0, 1.0e+38, 3000]
    checkpoint: {every_seconds: 0.001}
    """

  @Test func theTrialFailsWithItsPlaceAndKeepsItsLastGoodCheckpoint() throws {
    try withTemporaryFolder { folder in
      let results = folder + "/results"
      try Self.sweep.write(toFile: folder + "/sweep.yaml", atomically: true, encoding: .utf8)
      let run = try RunningProgram.run("igr", ["run", folder + "/sweep.yaml", "--results", results])
      #expect(run.status == 1, "\(run.errors)")
      let place = try #require(Self.place(in: run.errors), "\(run.errors)")
      #expect(place.text.contains("γ·|KL − C| of the normal part is inf"), "\(place.text)")
      #expect(place.epoch == 9 && place.step == 104, "\(place.text)")

      let paths = RunPaths(root: results)
      let kept = try FileManager.default.contentsOfDirectory(atPath: paths.checkpointsFolder)
      #expect(kept.count == 1, "\(kept)")
      let id = try #require(kept.first.flatMap { TrialID(String($0.prefix(16))) })
      let checkpoint = try CheckpointFile.read(paths.checkpointFile(id), expecting: id)
      #expect((0..<place.step).contains(checkpoint.step))
      for tensor in checkpoint.parameters + checkpoint.firstMoments + checkpoint.secondMoments {
        #expect(tensor.values.contains { !$0.isFinite } == false, "\(tensor.name)")
      }

      // From that checkpoint the trial ends in the same way.
      let again = try RunningProgram.run("igr", ["resume", results, "--retry-failed"])
      #expect(again.status == 1, "\(again.errors)")
      #expect(Self.place(in: again.errors)?.step == place.step, "\(again.errors)")
    }
  }

  /// The text that names epoch and step, and both numbers.
  private static func place(in errors: String) -> (text: String, epoch: Int, step: Int)? {
    for line in errors.split(separator: "\n") {
      guard let match = line.firstMatch(of: /not finite at epoch ([0-9]+), step ([0-9]+): .*/),
        let epoch = Int(match.1), let step = Int(match.2)
      else { continue }
      return (String(match.0), epoch, step)
    }
    return nil
  }
}
