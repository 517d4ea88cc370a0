import Planning
import ResultStore
import SweepFiles
import TestSupport
import Testing
import Trials

/// A prior that an earlier fit left, named by a sweep file.
@Suite struct PriorFileTests {
  private static let sweep = """
    name: fitted
    base: {dataset_name: mnist, model_type: IGR_I_Dis, temp: 0.5, n_required: 3, prior: fit.h5}
    """

  private func writeFit(
    _ path: String, experiment: String = "prior_fit", model: String = "IGR_I", mu: [Float] = [0.25, -1, 2],
    variables: Int = 1
  ) throws {
    var values: [String: HyperparameterValue] = [
      "experiment": .string(experiment), "model_type": .string(model), "temp": .real(0.1),
      "n_required": .integer(3), "num_of_discrete_var": .integer(variables),
    ]
    if experiment == "approximation" { values["target"] = .string("uniform") }
    let configuration = try TrialConfiguration(validating: values)
    var metrics = EpochTable(names: configuration.metricsPerEpoch.map(\.name))
    metrics.append(epoch: 0, [:])
    let timing = EpochTable(
      names: ["seconds", "images_per_second"], epochs: [0], columns: [[0], [0]])
    func tensor(_ name: String, _ numbers: [Float]) -> NamedTensor {
      NamedTensor(
        name: "weights/latent/" + name, axes: ["stick", "variable"], shape: [3, variables],
        values: numbers.flatMap { Array(repeating: $0, count: variables) })
    }
    try TrialFile.write(
      TrialRecord(
        trial: Trial(configuration: configuration, dataDigest: "none", threads: 1), sweep: "fit",
        state: .completed, engineVersion: "0", gitRevision: "0", metrics: metrics,
        finals: configuration.metricsAtEnd.map { ($0.name, 0) },
        tensors: [tensor("mu", mu), tensor("xi", [0, 0.5, -0.5])], timing: timing,
        attempts: [
          AttemptRecord(
            number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "h", cpu: "c",
            blas: "b", threads: 1, startedUnixSeconds: 0, endedUnixSeconds: 1, cause: .completed,
            firstEpoch: 0,
            lastEpoch: 0)
        ]), to: path)
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try DurableFile.replace(folder + "/sweep.yaml", with: Self.sweep)
      try body(folder)
    }
  }

  @Test func itsNumbersBecomePartOfTheTrial() throws {
    try inFolder { folder in
      try writeFit(folder + "/fit.h5")
      let definition = try SweepDefinition.open(path: folder + "/sweep.yaml")
      let trial = try #require(try definition.planWithData().sweep.trials.first)
      #expect(trial.configuration.prior?.mu == [0.25, -1, 2])
      #expect(trial.configuration.prior?.xi == [0, 0.5, -0.5])
    }
  }

  @Test func aResultsFolderKeepsThemWhenTheFileIsGone() throws {
    try inFolder { folder in
      try writeFit(folder + "/fit.h5")
      let definition = try SweepDefinition.open(path: folder + "/sweep.yaml")
      let paths = try RunPaths.create(root: folder + "/results", source: definition.source)
      try writeFit(folder + "/fit.h5", mu: [9, 9, 9])
      let again = try SweepDefinition.open(paths)
      #expect(
        try again.planWithData().sweep.trials.map(\.id) == definition.planWithData().sweep.trials.map(\.id))
      #expect(again.digest == definition.digest)
    }
  }

  @Test func aFileThatIsNoPriorIsRefused() throws {
    try inFolder { folder in
      let path = folder + "/sweep.yaml"
      let missing = #expect(throws: SweepFileError.self) { try SweepDefinition.open(path: path) }
      #expect(missing?.description.contains("sweep.yaml:2:85: 'prior': \(folder)/fit.h5") == true)
      #expect(missing?.description.contains("path from the folder of the sweep file") == true)
      try writeFit(folder + "/fit.h5", experiment: "approximation")
      let other = #expect(throws: SweepFileError.self) { try SweepDefinition.open(path: path) }
      #expect(other?.message.contains("experiment approximation") == true)
      try writeFit(folder + "/fit.h5", model: "IGR_Planar")
      let planar = #expect(throws: SweepFileError.self) { try SweepDefinition.open(path: path) }
      #expect(planar?.message.contains("its flow") == true)
      try writeFit(folder + "/fit.h5", variables: 2)
      let several = #expect(throws: SweepFileError.self) { try SweepDefinition.open(path: path) }
      #expect(several?.message.contains("num_of_discrete_var: 1") == true)
    }
  }

  @Test func anotherTemperatureIsToldAndAnotherKindOfSticksRefused() throws {
    try inFolder { folder in
      let path = folder + "/sweep.yaml"
      // Fitted at 0.1, used at 0.5.
      try writeFit(folder + "/fit.h5")
      #expect(
        try SweepDefinition.open(path: path).planWithData().warnings == [
          "\(path):2:85: warning: the prior in fit.h5 was fitted at temp 0.1, its trials have temp 0.5"
        ])
      #expect(try SweepDefinition.open(path: path, overrides: ["temp=0.1"]).planWithData().warnings == [])
      let planar = try SweepDefinition.open(path: path, overrides: ["model_type=IGR_Planar_Dis", "temp=0.1"])
      #expect(try planar.planWithData().warnings == [])
      try writeFit(folder + "/fit.h5", model: "IGR_SB")
      let error = #expect(throws: SweepFileError.self) {
        try SweepDefinition.open(path: path, overrides: ["temp=0.1"]).planWithData()
      }
      #expect(error?.message == "'prior': fit.h5 is a fit of IGR_SB, but IGR_I_Dis needs one of IGR_I")
    }
  }
}
