import Datasets
import Randomness
import Trials
import VAE

/// The measurements of one trial: ELBOs between epochs and the importance-weighted bound at the end, always in
/// chunks of the same size, so that the numbers do not depend on what else runs.
final class Measurement {
  /// Images per run of an ELBO program.
  private static let elboChunk = 200
  /// Images times samples per run of a likelihood program, and of an ELBO program with many samples.
  private static let rowsPerRun = 1_000
  /// Test images whose reconstructions are kept (engine specification part 9).
  private static let keptImages = 20

  private let configuration: TrialConfiguration
  private let model: VAEConfiguration
  private let state: ModelState<Float>
  private let test: ImageSet
  private let validation: ImageSet
  private let seed: UInt64
  private var programs: [Int: ELBOEvaluation] = [:]

  init(
    _ configuration: TrialConfiguration, model: VAEConfiguration, state: ModelState<Float>, test: ImageSet,
    validation: ImageSet
  ) {
    self.configuration = configuration
    self.model = model
    self.state = state
    self.test = test
    self.validation = validation
    seed = UInt64(configuration.seed)
  }

  /// Test ELBOs and, with held-out images, the validation ELBO after an epoch.
  ///
  /// - Parameter report: called between chunks with the share that is done; true stops.
  /// - Returns: by metric name; nil when stopped.
  func epoch(_ epoch: Int, report: (Double) throws -> Bool) rethrows -> [String: Double]? {
    guard let onTest = try elbo(of: test, stream: .test, epoch: epoch, report: report) else { return nil }
    var metrics = [
      Metric.testELBO.name: onTest.elbo, Metric.testELBODiscreteKL.name: onTest.elboOfDiscrete,
    ]
    if validation.count > 0 {
      guard let held = try elbo(of: validation, stream: .validation, epoch: epoch, report: report) else {
        return nil
      }
      metrics[Metric.valELBO.name] = held.elbo
    }
    return metrics
  }

  /// Test and validation images of one epoch draw from steps of their own.
  private enum Stream: UInt64 { case test = 0, validation = 1 }

  private func elbo(
    of images: ImageSet, stream: Stream, epoch: Int, report: (Double) throws -> Bool
  ) rethrows -> (elbo: Double, elboOfDiscrete: Double)? {
    let noise = RandomKey(seed: seed, purpose: .evaluationNoise)
    let chunk = max(1, min(Self.elboChunk, Self.rowsPerRun / configuration.sampleSize))
    var sums = (elbo: 0.0, elboOfDiscrete: 0.0)
    for (number, start) in stride(from: 0, to: images.count, by: chunk).enumerated() {
      let rows = Int32(start)..<Int32(min(start + chunk, images.count))
      let program = elboProgram(batch: rows.count)
      fill(program.values(of: program.graph.images), from: images, rows: rows)
      // Step layout: epoch, stream, chunk. Epochs stay below 2^31 and chunks below 2^32.
      let step = UInt64(epoch) << 33 | stream.rawValue << 32 | UInt64(number)
      noise.fill(program.values(of: program.graph.noise), model.noiseLaw, step: step)
      let part = program.run()
      sums.elbo += part.elbo
      sums.elboOfDiscrete += part.elboOfDiscrete
      if try report(Double(rows.upperBound) / Double(images.count)) { return nil }
    }
    let count = Double(images.count)
    return (sums.elbo / count, sums.elboOfDiscrete / count)
  }

  private func elboProgram(batch: Int) -> ELBOEvaluation {
    if let program = programs[batch] { return program }
    let program = ELBOEvaluation(
      model, batch: batch, samples: configuration.sampleSize, atVertex: configuration.testWithOneHot,
      state: state)
    programs[batch] = program
    return program
  }

  /// The importance-weighted bound on the test log-likelihood with `sample_size_testing` samples.
  ///
  /// - Returns: scalars of `Metric.atEnd` that are measured here; nil when stopped.
  func finals(report: (Double) throws -> Bool) rethrows -> [(name: String, value: Double)]? {
    let noise = RandomKey(seed: seed, purpose: .finalNoise)
    let samples = configuration.sampleSizeTesting
    let chunk = max(1, Self.rowsPerRun / samples)
    var programs: [Int: LikelihoodEvaluation] = [:]
    var sums = LikelihoodEvaluation.Sums()
    for (number, start) in stride(from: 0, to: test.count, by: chunk).enumerated() {
      let rows = Int32(start)..<Int32(min(start + chunk, test.count))
      let program =
        programs[rows.count] ?? LikelihoodEvaluation(model, batch: rows.count, samples: samples, state: state)
      programs[rows.count] = program
      fill(program.values(of: program.graph.images), from: test, rows: rows)
      noise.fill(program.values(of: program.graph.noise), model.noiseLaw, step: UInt64(number))
      let part = program.run()
      sums.bound += part.bound
      sums.published += part.published
      sums.variance += part.variance
      if try report(Double(rows.upperBound) / Double(test.count)) { return nil }
    }
    let count = Double(test.count)
    return [
      (Metric.testLogLikelihood.name, sums.bound / count),
      (Metric.standardError.name, sums.variance.squareRoot() / count),
      (Metric.samples.name, Double(samples)),
      (Metric.testLogLikelihoodPublished.name, sums.published / count),
    ]
  }

  /// The first test images and their reconstructions: mean pixel values given one sample each.
  func images() -> [NamedTensor] {
    let count = min(Self.keptImages, test.count)
    let program = ELBOEvaluation(
      model, batch: count, samples: 1, atVertex: configuration.testWithOneHot, state: state)
    let originals = program.values(of: program.graph.images)
    fill(originals, from: test, rows: 0..<Int32(count))
    // The likelihood's chunks count from 0, so the last step number is free.
    RandomKey(seed: seed, purpose: .finalNoise)
      .fill(program.values(of: program.graph.noise), model.noiseLaw, step: .max)
    _ = program.run()
    let shape = [count, test.height, test.width, test.channels]
    let axes = ["image", "height", "width", "channel"]
    return [
      NamedTensor(name: "images/originals", axes: axes, shape: shape, values: Array(originals)),
      NamedTensor(
        name: "images/reconstructions", axes: axes, shape: shape, values: Array(program.reconstructions)),
    ]
  }

  private func fill(_ memory: UnsafeMutableBufferPointer<Float>, from images: ImageSet, rows: Range<Int32>) {
    // Stochastic pixels of test images are drawn once: epoch 0, which no training epoch uses.
    images.fill(
      rows: rows, into: memory.baseAddress!,  // a chunk has at least one image
      binarization: .of(configuration, seed: seed, epoch: 0))
  }
}

extension Binarization {
  /// How a trial turns grey values into pixels in an epoch.
  static func of(_ configuration: TrialConfiguration, seed: UInt64, epoch: Int) -> Binarization {
    switch configuration.binarization {
    case .threshold: .threshold
    case .stochastic: .stochastic(RandomKey(seed: seed, purpose: .binarization), epoch: epoch)
    case .none: .none
    }
  }
}

extension VAEConfiguration {
  /// The law of the noise that the relaxation takes.
  var noiseLaw: NoiseLaw { relaxation == .gumbelSoftmax ? .gumbel : .normal }
}
