// Makes a results folder of many trial files, as a sweep would leave it, to measure what reading them costs:
//
//   igr-results-benchmark FOLDER [TRIALS [WEIGHTS]]
//   /usr/bin/time -v igr-aggregate FOLDER
//
// Numbers are made up and have no meaning; sizes and layout are those of real files.

import Foundation
import ResultStore
import Trials

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  FileHandle.standardError.write(Data("usage: igr-results-benchmark FOLDER [TRIALS [WEIGHTS]]\n".utf8))
  exit(2)
}
let root = arguments[1]
let count = arguments.count > 2 ? Int(arguments[2]) ?? 1_000 : 1_000
// Of one kernel; a dense network has 300,000.
let weights = arguments.count > 3 ? Int(arguments[3]) ?? 20_000 : 20_000

let temperatures = [0.1, 0.25, 0.5, 0.67, 1.0]
let models: [(name: String, categories: Int)] = [("GS_Dis", 10), ("IGR_I_Dis", 9)]
let seeds = max(1, count / (temperatures.count * models.count))
let epochs = 100

let sweepFile = """
  name: generated
  base: {dataset_name: mnist, architecture: dense, epochs: \(epochs)}
  cases: [\(models.map { "{model_type: \($0.name), n_required: \($0.categories)}" }.joined(separator: ", "))]
  grid: {temp: [\(temperatures.map(\.description).joined(separator: ", "))], seed: [\((1...seeds).map(String.init).joined(separator: ", "))]}
  """
let paths = try RunPaths.create(root: root, source: SweepSource(sweepFile: sweepFile, overrides: []))
let digest = String(repeating: "0", count: 64)
let kernel = NamedTensor(
  name: "weights/encoder_1/kernel", axes: ["input", "output"], shape: [weights / 20, 20],
  values: (0..<weights / 20 * 20).map { Float(sin(Double($0) * 12.9898)) })

for model in models {
  for temperature in temperatures {
    for seed in 1...seeds {
      let configuration = try TrialConfiguration(validating: [
        "dataset_name": .string("mnist"), "architecture": .string("dense"), "epochs": .integer(epochs),
        "model_type": .string(model.name), "n_required": .integer(model.categories),
        "temp": .real(temperature),
        "seed": .integer(seed),
      ])
      let trial = Trial(configuration: configuration, dataDigest: digest, threads: 1)
      var metrics = EpochTable(names: configuration.metricsPerEpoch.map(\.name))
      var timing = EpochTable(names: ["seconds", "images_per_second"])
      let noise = sin(Double(seed) * 7.1 + temperature * 13.7 + Double(model.categories) * 2.9)
      let level = 100 + abs(temperature - 0.5) + sin(Double(seed)) + 0.7 * noise
      for epoch in 0...epochs {
        let value = level + 400 / Double(epoch + 1) + 0.1 * sin(Double(epoch * seed))
        metrics.append(
          epoch: Int32(epoch),
          [
            "train_loss": value, "test_elbo": -value - 2, "test_elbo_discrete_kl": -value - 1,
            "n_required": 10,
            "gradient_norm": 1 / value,
          ])
        timing.append(epoch: Int32(epoch), ["seconds": 1.5, "images_per_second": 40_000])
      }
      let finals = configuration.metricsAtEnd.map { metric in
        (name: metric.name, value: metric == .testLogLikelihood ? -level : 0.5)
      }
      try TrialFile.write(
        TrialRecord(
          trial: trial, sweep: "generated", state: .completed, engineVersion: EngineVersion.program,
          gitRevision: "none", metrics: metrics, finals: finals, tensors: [kernel], timing: timing,
          attempts: [
            AttemptRecord(
              number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "h",
              startedUnixSeconds: 0, endedUnixSeconds: 150, cause: .completed, lastEpoch: epochs)
          ]), to: paths.trialFile(trial.id))
    }
  }
}
print("\(models.count * temperatures.count * seeds) trial files in \(root)/trials")
