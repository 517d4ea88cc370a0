import Datasets
import Randomness
import Trials
import VAE

/// The measurements of one trial of images: ELBOs between epochs and the importance-weighted bound at the end, always
/// in chunks of the same size, so that the numbers do not depend on what else runs.
final class Measurement {
  /// Images per run of an ELBO program.
  private static let elboChunk = 200
  /// Images times samples per run of a likelihood program, and of an ELBO program with many samples.
  private static let rowsPerRun = 1_000
  /// Samples per test image of the distance to the vertex (engine specification part 9).
  private static let distanceSamples = 100
  /// Test images whose reconstructions are kept (engine specification part 9).
  private static let keptImages = 20

  private let configuration: TrialConfiguration
  private let model: any Model
  private let state: ModelState<Float>
  private let test: ImageSet
  private let validation: ImageSet
  private let seed: UInt64
  private var programs: [Int: ELBOEvaluation] = [:]
  private var discretePrograms: [Int: ELBOEvaluation] = [:]
  private var distances: [Int: VertexDistance] = [:]

  init(
    _ configuration: TrialConfiguration, model: any Model, state: ModelState<Float>, test: ImageSet,
    validation: ImageSet
  ) {
    self.configuration = configuration
    self.model = model
    self.state = state
    self.test = test
    self.validation = validation
    seed = UInt64(configuration.seed)
  }

  // MARK: Between epochs

  /// Test metrics and, with held-out images, the validation ELBO after an epoch.
  ///
  /// - Parameter report: called between chunks with the share that is done; true stops.
  /// - Returns: nil when stopped.
  func epoch(_ epoch: Int, report: (Double) throws -> Bool) rethrows -> [Metric: Double]? {
    if configuration.experiment == .sop {
      let key = RandomKey(seed: seed, purpose: .evaluationNoise)
      let sums = try likelihood(
        samples: configuration.testSampleSize, key: key, firstStep: UInt64(epoch) << 33, report: report)
      return sums.map { [.testLogLikelihood: $0.bound / Double(test.count)] }
    }
    guard let onTest = try elbo(of: test, stream: .test, epoch: epoch, report: report) else { return nil }
    var metrics: [Metric: Double] = [.testELBO: onTest.elbo]
    if let elbo = onTest.elboOfDiscrete { metrics[.testELBODiscreteKL] = elbo }
    if let required = onTest.required { metrics[.nRequired] = required }
    if let unmet = onTest.unmetThreshold { metrics[.unmetThreshold] = unmet }
    if validation.count > 0 {
      guard let held = try elbo(of: validation, stream: .validation, epoch: epoch, report: report) else {
        return nil
      }
      metrics[.valELBO] = held.elbo
    }
    if configuration.record.contains(.vertexDistance) {
      guard let distance = try vertexDistance(epoch: epoch, report: report) else { return nil }
      metrics[.vertexDistance] = distance
    }
    return metrics
  }

  /// Each kind of measurement of one epoch draws from steps of its own.
  private enum Stream: UInt64 { case test = 0, validation = 1, distance = 2 }

  /// Step layout: epoch, stream, chunk. Epochs stay below 2²¹ and chunks below 2³².
  private func step(epoch: Int, _ stream: Stream, chunk: Int) -> UInt64 {
    switch stream {
    case .test, .validation: UInt64(epoch) << 33 | stream.rawValue << 32 | UInt64(chunk)
    case .distance: 1 << 55 | UInt64(epoch) << 33 | UInt64(chunk)
    }
  }

  private func elbo(
    of images: ImageSet, stream: Stream, epoch: Int, report: (Double) throws -> Bool
  ) rethrows -> ELBOEvaluation.Sums? {
    let noise = RandomKey(seed: seed, purpose: .evaluationNoise)
    let chunk = max(1, min(Self.elboChunk, Self.rowsPerRun / configuration.sampleSize))
    var sums = ELBOEvaluation.Sums()
    for (number, start) in stride(from: 0, to: images.count, by: chunk).enumerated() {
      let rows = Int32(start)..<Int32(min(start + chunk, images.count))
      let program = elboProgram(batch: rows.count, measuresDiscrete: stream == .test)
      fill(program.evaluation.images, from: images, rows: rows)
      fillNoise(program.evaluation.noises, key: noise, step: step(epoch: epoch, stream, chunk: number))
      let part = program.run()
      sums.elbo += part.elbo
      if let elbo = part.elboOfDiscrete { sums.elboOfDiscrete = (sums.elboOfDiscrete ?? 0) + elbo }
      let weight = Double(rows.count)
      if let required = part.required { sums.required = (sums.required ?? 0) + weight * required }
      if let unmet = part.unmetThreshold { sums.unmetThreshold = (sums.unmetThreshold ?? 0) + weight * unmet }
      if try report(Double(rows.upperBound) / Double(images.count)) { return nil }
    }
    let count = Double(images.count)
    return ELBOEvaluation.Sums(
      elbo: sums.elbo / count, elboOfDiscrete: sums.elboOfDiscrete.map { $0 / count },
      required: sums.required.map { $0 / count }, unmetThreshold: sums.unmetThreshold.map { $0 / count })
  }

  private func elboProgram(batch: Int, measuresDiscrete: Bool) -> ELBOEvaluation {
    if let program = measuresDiscrete ? discretePrograms[batch] : programs[batch] { return program }
    let graph = model.evaluationGraph(
      batch: batch, samples: configuration.sampleSize, atVertex: configuration.testWithOneHot)
    let program = ELBOEvaluation(graph, measuresDiscrete: measuresDiscrete, state: state)
    if measuresDiscrete { discretePrograms[batch] = program } else { programs[batch] = program }
    return program
  }

  private func vertexDistance(epoch: Int, report: (Double) throws -> Bool) rethrows -> Double? {
    let noise = RandomKey(seed: seed, purpose: .evaluationNoise)
    let chunk = Self.rowsPerRun / Self.distanceSamples
    var (sum, count) = (0.0, 0.0)
    for (number, start) in stride(from: 0, to: test.count, by: chunk).enumerated() {
      let rows = Int32(start)..<Int32(min(start + chunk, test.count))
      if distances[rows.count] == nil {
        distances[rows.count] = VertexDistance(
          model.evaluationGraph(batch: rows.count, samples: Self.distanceSamples, atVertex: false),
          state: state)
      }
      // Planning lets only models with a relaxed sample record this.
      guard let program = distances[rows.count] else { return .nan }
      fill(program.evaluation.images, from: test, rows: rows)
      fillNoise(program.evaluation.noises, key: noise, step: step(epoch: epoch, .distance, chunk: number))
      let values = program.run()
      sum += values.reduce(0) { $0 + Double($1) }
      count += Double(values.count)
      if try report(Double(rows.upperBound) / Double(test.count)) { return nil }
    }
    return sum / count
  }

  // MARK: At the end

  /// The importance-weighted bound on the test log-likelihood.
  ///
  /// - Returns: nil when stopped.
  func finals(report: (Double) throws -> Bool) rethrows -> [Metric: Double]? {
    let samples =
      configuration.experiment == .sop ? configuration.testSampleSize : configuration.sampleSizeTesting
    let key = RandomKey(seed: seed, purpose: .finalNoise)
    guard let sums = try likelihood(samples: samples, key: key, firstStep: 0, report: report) else {
      return nil
    }
    let count = Double(test.count)
    return [
      .testLogLikelihood: sums.bound / count, .standardError: sums.variance.squareRoot() / count,
      .samples: Double(samples), .testLogLikelihoodPublished: sums.published / count,
    ]
  }

  private func likelihood(
    samples: Int, key: RandomKey, firstStep: UInt64, report: (Double) throws -> Bool
  ) rethrows -> LikelihoodEvaluation.Sums? {
    let chunk = max(1, Self.rowsPerRun / samples)
    var programs: [Int: LikelihoodEvaluation] = [:]
    var sums = LikelihoodEvaluation.Sums()
    for (number, start) in stride(from: 0, to: test.count, by: chunk).enumerated() {
      let rows = Int32(start)..<Int32(min(start + chunk, test.count))
      let program =
        programs[rows.count]
        ?? LikelihoodEvaluation(
          model.evaluationGraph(batch: rows.count, samples: samples, atVertex: true), state: state)
      programs[rows.count] = program
      fill(program.evaluation.images, from: test, rows: rows)
      fillNoise(program.evaluation.noises, key: key, step: firstStep + UInt64(number))
      let part = program.run()
      sums.bound += part.bound
      sums.published += part.published
      sums.variance += part.variance
      if try report(Double(rows.upperBound) / Double(test.count)) { return nil }
    }
    return sums
  }

  /// What a reader of the numbers must know.
  ///
  /// - Parameter unmetThreshold: share of test samples whose sticks missed the threshold after the last epoch.
  func warnings(unmetThreshold: Double) -> [String] {
    guard unmetThreshold > 0 else { return [] }
    let percent = (unmetThreshold * 10_000).rounded() / 100
    let isMixture = configuration.modelType.family == .mixture
    let sticks = isMixture ? configuration.nRequired - 1 : configuration.nRequired
    return [
      "the threshold \(configuration.threshold) was not met by all \(sticks) sticks for \(percent) % of test samples:"
        + " the result is truncated too early; raise \(isMixture ? "n_required" : "latent_discrete_n")"
    ]
  }

  /// The first test images and their reconstructions: mean pixel values given one sample each; traversals when asked.
  func pictures() -> [NamedTensor] {
    let count = min(Self.keptImages, test.count)
    let program = Reconstruction(
      model.evaluationGraph(batch: count, samples: 1, atVertex: configuration.testWithOneHot), state: state)
    fill(program.evaluation.images, from: test, rows: 0..<Int32(count))
    // The likelihood's chunks count from 0, so the last step number is free.
    fillNoise(
      program.evaluation.noises, key: RandomKey(seed: seed, purpose: .finalNoise), step: .max)
    let originals = Array(program.evaluation.images)
    var pictures = [
      picture("originals", axis: "image", originals),
      picture("reconstructions", axis: "image", program.run()),
    ]
    if configuration.record.contains(.traversals), let model = model as? VAEConfiguration {
      let moved = Traversal.pictures(model, of: originals.prefix(test.imageSize), state: state)
      pictures.append(picture("traversals", axis: "traversal", moved))
    }
    return pictures
  }

  private func picture(_ name: String, axis: String, _ values: some Collection<Float>) -> NamedTensor {
    NamedTensor(
      name: "images/" + name, axes: [axis, "height", "width", "channel"],
      shape: [values.count / test.imageSize, test.height, test.width, test.channels], values: Array(values))
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
