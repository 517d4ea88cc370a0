import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// `prior: {fit: …}`: a trial that others of its sweep wait for.
@Suite(.serialized) struct FittedPriorTests {
  private func sweep(_ prior: String) -> String {
    """
    name: fitted
    base: {dataset_name: mnist, run_with_sample: true, epochs: 2, sample_size_testing: 2, temp: 0.5,
           prior: \(prior)}
    cases:
      - {model_type: IGR_I_Dis, n_required: 4}
      - {model_type: IGR_Planar_Dis, n_required: 4}
    grid: {seed: [1, 2]}
    """
  }

  @Test func theFitRunsFirstAndItsNumbersAreUsedAndKept() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/sweep.yaml"
      let results = folder + "/results"
      try sweep("{fit: {target: uniform, temp: 0.1, iterations: 20, sample_size: 200}}")
        .write(toFile: file, atomically: true, encoding: .utf8)
      let run = try RunningProgram.run("igr", ["run", file, "--results", results, "--workers", "2"])
      #expect(run.status == 0, "\(run.errors)")
      let records = try RunPaths(root: results).publishedTrials().map {
        try TrialFile.read(RunPaths(root: results).trialFile($0))
      }
      let fit = try #require(records.first { $0.trial.configuration.experiment == .priorFit })
      let dependants = records.filter { $0.trial.id != fit.trial.id }
      #expect(dependants.count == 4)
      func values(_ record: TrialRecord, _ name: String) -> [Float]? {
        record.tensors.first { $0.name == name }?.values
      }
      let fitted = try #require(values(fit, "weights/latent/mu"))
      #expect(fitted.count == 4 && Set(fitted).count > 1)
      for record in dependants {
        #expect(record.trial.configuration.priorFit == fit.trial.id)
        #expect(values(record, "prior/mu") == fitted)
        #expect(values(record, "prior/xi") == values(fit, "weights/latent/xi"))
        let begun = try #require(record.attempts.first).startedUnixSeconds
        #expect(begun >= fit.attempts.last?.endedUnixSeconds ?? .infinity, "began before the fit had ended")
      }
      // The fit is told, and not compared.
      #expect(run.errors.contains("prior_fit IGR_I"), "\(run.errors)")
      #expect(run.output.contains("All 4 trials completed"), "\(run.output)")

      // The same numbers without the fit, by its file.
      let (again, others) = (folder + "/again.yaml", folder + "/others")
      try sweep(RunPaths(root: results).trialFile(fit.trial.id))
        .write(toFile: again, atomically: true, encoding: .utf8)
      let repeated = try RunningProgram.run("igr", ["run", again, "--results", others, "--workers", "2"])
      #expect(repeated.status == 0, "\(repeated.errors)")
      func curves(_ record: TrialRecord) -> [[UInt64]] { record.metrics.columns.map { $0.map(\.bitPattern) } }
      for id in try RunPaths(root: others).publishedTrials() {
        let record = try TrialFile.read(RunPaths(root: others).trialFile(id))
        let same = dependants.first {
          $0.trial.configuration.modelType == record.trial.configuration.modelType
            && $0.trial.configuration.seed == record.trial.configuration.seed
        }
        #expect(same.map(curves) == curves(record))
      }
    }
  }

  @Test func aFitThatFailsFailsWhatWaitsForIt() throws {
    try withTemporaryFolder { folder in
      let (file, results) = (folder + "/sweep.yaml", folder + "/results")
      // The first step throws the parameters beyond Float32.
      try sweep("{fit: {iterations: 5, sample_size: 10, learning_rate: 1.0e+38}}")
        .write(toFile: file, atomically: true, encoding: .utf8)
      let run = try RunningProgram.run("igr", ["run", file, "--results", results, "--workers", "2"])
      #expect(run.status == 1, "\(run.errors)")
      #expect(try RunPaths(root: results).publishedTrials() == [])
      let status = try StatusSnapshot.read(RunPaths(root: results).statusFile)
      #expect(status.count(.failed) == 5, "\(run.errors)")
      let fit = try #require(status.failures.first { $0.cause == "nan" })
      let others = status.failures.filter { $0.trial != fit.trial }
      #expect(others.count == 4 && others.allSatisfy { $0.message.contains(fit.trial) }, "\(others)")
      // Each line tells what it waited for.
      let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("  failed  ") }
      #expect(lines.count == 5 && lines.count { $0.contains(fit.trial) } == 4, "\(lines)")
    }
  }
}
