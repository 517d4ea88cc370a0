import Differentiation
import Glibc
import Randomness
import Trials
import VAE

/// An experiment without images: a relaxation's parameters fitted to a distribution, or the toy of the estimators
/// (engine specification part 11). An epoch is `iter_per_epoch` optimiser steps.
public final class FitSession: Session {
  private let configuration: TrialConfiguration
  private let experiment: any FittedExperiment
  private let progress: TrainingProgress
  private let noise: RandomKey
  private let step: TrainingStep<Float>

  /// - Parameter snapshot: of the same trial, from `takeSnapshot` of an earlier session; nil begins anew.
  /// - Throws: `TrainingError` with cause `configuration` when the snapshot does not fit.
  public init(trial: Trial, resumingFrom snapshot: TrainingSnapshot?) throws(TrainingError) {
    configuration = trial.configuration
    experiment =
      configuration.experiment == .relaxToy
      ? ToyExperiment(configuration) : DistributionExperiment(configuration)
    progress = TrainingProgress(trial: trial, parameters: experiment.parameters)
    noise = RandomKey(seed: UInt64(configuration.seed), purpose: .trainingNoise)
    step = TrainingStep(experiment.graph, observing: experiment.observed, state: progress.state)
    try progress.begin(from: snapshot)
  }

  public func run(
    _ observe: (TrainingEvent, _ takeSnapshot: () throws -> TrainingSnapshot) throws -> TrainingDirective
  ) throws -> TrainingResult? {
    func wantsStop(_ event: TrainingEvent) throws -> Bool {
      if case .stop = try observe(event, progress.takeSnapshot) { return true }
      return false
    }
    func finishEpoch(_ number: Int, _ measured: [Metric: Double]) throws -> Bool {
      let draws = configuration.sampleSize * configuration.iterPerEpoch
      let (row, rate) = progress.finishEpoch(number, measured: measured, examples: draws)
      return try wantsStop(.measured(epoch: number, metrics: row, imagesPerSecond: rate))
    }
    if try wantsStop(.began(epoch: progress.epoch, step: progress.state.step)) { return nil }
    if progress.metrics.epochs.isEmpty, try finishEpoch(0, measured()) { return nil }
    while progress.epoch < configuration.epochs {
      while progress.stepInEpoch < configuration.iterPerEpoch {
        try takeStep()
        if try wantsStop(.stepped(epoch: progress.epoch + 1, step: progress.state.step)) { return nil }
      }
      if try finishEpoch(progress.epoch + 1, [:]) { return nil }
    }
    let before = valuesAtStart()
    let measured = measured()
    try progress.checkFinite(measured)
    let ending = experiment.finish(step: step, measured: measured, before: before)
    return progress.result(finals: ending.values, tensors: ending.tensors)
  }

  private func takeStep() throws(TrainingError) {
    let start = ContinuousClock.now
    let state = progress.state
    fillNoise(step.noises, key: noise, step: UInt64(state.step))
    let loss = step.computeGradient()
    var values = experiment.values(of: step)
    let norm = state.applyAdam(learningRate: configuration.learningRate)
    try step.check(loss: loss, gradientNorm: norm, epoch: progress.epoch + 1, step: state.step)
    values[.gradientNorm] = norm
    progress.countStep(
      values.filter { configuration.metricsPerEpoch.contains($0.key) }, took: ContinuousClock.now - start)
  }

  /// What a step at the present parameters would count, with noise that no step uses.
  private func measured() -> [Metric: Double] {
    fillNoise(
      step.noises, key: RandomKey(seed: UInt64(configuration.seed), purpose: .finalNoise), step: 0)
    _ = step.computeGradient()
    return experiment.values(of: step)
  }

  /// The observed nodes at the parameters with which the trial began, with the noise of `measured`.
  private func valuesAtStart() -> [Node: [Float]] {
    let state = progress.state
    let weights = state.parameters.indices.map { Array(state.values(.weights, of: $0)) }
    progress.startWeights()
    _ = measured()
    let values = experiment.observed.map { ($0, Array(step.values(of: $0))) }
    for (index, values) in weights.enumerated() {
      _ = state.values(.weights, of: index).update(fromContentsOf: values)
    }
    return Dictionary(uniqueKeysWithValues: values)
  }
}

/// What an experiment without images trains and leaves.
protocol FittedExperiment {
  var parameters: [Parameter] { get }
  var graph: any TrainingGraph { get }
  /// Nodes that `values(of:)` and `finish` read.
  var observed: [Node] { get }

  /// What the last computed step tells.
  func values(of step: TrainingStep<Float>) -> [Metric: Double]

  /// The final numbers and arrays.
  ///
  /// - Parameters:
  ///   - step: computed at the final parameters.
  ///   - measured: its values.
  ///   - before: the observed nodes' values at the parameters of the beginning.
  func finish(
    step: TrainingStep<Float>, measured: [Metric: Double], before: [Node: [Float]]
  ) -> (values: [Metric: Double], tensors: [NamedTensor])
}

/// One relaxation fitted to a distribution.
private struct DistributionExperiment: FittedExperiment {
  private let configuration: TrialConfiguration
  private let fit: DistributionFitConfiguration
  private let fitGraph: DistributionFitGraph

  init(_ configuration: TrialConfiguration) {
    self.configuration = configuration
    fit = DistributionFitConfiguration(configuration)
    fitGraph = DistributionFitGraph(fit, samples: configuration.sampleSize)
  }

  var parameters: [Parameter] { fit.parameters }
  var graph: any TrainingGraph { fitGraph }
  var observed: [Node] {
    [fitGraph.mean] + (fitGraph.required.map { [$0] } ?? [])
      + (configuration.experiment == .simplexProximity ? [fitGraph.vertexDistances] : [])
  }

  func values(of step: TrainingStep<Float>) -> [Metric: Double] {
    let required = fitGraph.required.map { Double(step.values(of: $0)[0]) }
    return [
      .targetDistance: Double(step.values(of: fitGraph.loss)[0]),
      .nRequired: required ?? Double(configuration.nRequired),
    ]
  }

  func finish(
    step: TrainingStep<Float>, measured: [Metric: Double], before: [Node: [Float]]
  ) -> (values: [Metric: Double], tensors: [NamedTensor]) {
    var values = measured
    let shape = [fit.categories, fit.variables]
    func histogram(_ name: String, _ values: [Float]) -> NamedTensor {
      NamedTensor(name: "histogram/" + name, axes: ["category", "variable"], shape: shape, values: values)
    }
    let target = fit.logTarget.flatMap { mass in
      Array(repeating: Float(exp(mass)), count: fit.variables)
    }
    if configuration.experiment == .simplexProximity {
      values.merge(Self.spread(of: step.values(of: fitGraph.vertexDistances))) { $1 }
    }
    return (
      values,
      [
        histogram("target", target), histogram("before", before[fitGraph.mean] ?? []),
        histogram("after", Array(step.values(of: fitGraph.mean))),
      ]
    )
  }

  /// Median, tenth and twentieth percentile (nearest rank) and standard deviation.
  private static func spread(of values: UnsafeMutableBufferPointer<Float>) -> [Metric: Double] {
    let sorted = values.map(Double.init).sorted()
    func percentile(_ p: Double) -> Double {
      sorted[max(0, Int((p / 100 * Double(sorted.count)).rounded(.up)) - 1)]
    }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, sorted.count - 1))
    return [
      .vertexDistanceMedian: percentile(50), .vertexDistanceP10: percentile(10),
      .vertexDistanceP20: percentile(20), .vertexDistanceDeviation: variance.squareRoot(),
    ]
  }
}

/// The toy problem with one of its estimators.
private struct ToyExperiment: FittedExperiment {
  private let toy: ToyConfiguration
  private let toyGraph: ToyGraph

  init(_ configuration: TrialConfiguration) {
    let estimator: ToyConfiguration.Estimator =
      switch configuration.estimator {
      case .reinforce: .reinforce
      case .rebar: .rebar
      case .relax: .relax
      }
    toy = ToyConfiguration(estimator: estimator, targets: configuration.toyTargets)
    toyGraph = ToyGraph(toy, draws: configuration.sampleSize)
  }

  var parameters: [Parameter] { ToyGraph.parameters(of: toy) }
  var graph: any TrainingGraph { toyGraph }
  var observed: [Node] { [toyGraph.variance, toyGraph.probabilities] }

  func values(of step: TrainingStep<Float>) -> [Metric: Double] {
    [
      .expectedLoss: Double(step.values(of: toyGraph.loss)[0]),
      .gradientVariance: Double(step.values(of: toyGraph.variance)[0]),
    ]
  }

  func finish(
    step: TrainingStep<Float>, measured: [Metric: Double], before: [Node: [Float]]
  ) -> (values: [Metric: Double], tensors: [NamedTensor]) {
    let theta = Array(step.values(of: toyGraph.probabilities))
    return (
      measured,
      [NamedTensor(name: "toy/probabilities", axes: ["variable"], shape: [theta.count], values: theta)]
    )
  }
}
