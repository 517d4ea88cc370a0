// Typed access to the values.

extension TrialConfiguration {
  public enum Architecture: String, Sendable, CaseIterable {
    case dense
    case denseNonlinear = "dense_nonlinear"
    case denseRelax = "dense_relax"
    case conv
    case convJointVAE = "conv_jointvae"
    case dlgmmDense = "dlgmm_dense"
    case dlgmmConv = "dlgmm_conv"
    case doubleLinear = "double_linear"
    case tripleLinear = "triple_linear"
    case nonlinear
  }
  public enum Binarization: String, Sendable, CaseIterable { case threshold, stochastic, none }
  public enum Likelihood: String, Sendable, CaseIterable { case bernoulli, gaussian }
  public enum TruncationOption: String, Sendable, CaseIterable { case quantile, max }
  public enum FitLoss: String, Sendable, CaseIterable { case kl, squared }
  public enum Estimator: String, Sendable, CaseIterable { case reinforce, rebar, relax }
  public enum Target: String, Sendable, CaseIterable {
    case uniform, mixture, discrete, binomial, poisson, geometric
    case negativeBinomial = "negative_binomial"
  }
  public enum Recording: String, Sendable, CaseIterable {
    case gradients
    case vertexDistance = "vertex_distance"
    case traversals
  }

  public var experiment: Experiment { choice("experiment") }
  /// Nil for experiments without images.
  public var datasetName: String? { values["dataset_name"]?.displayText }
  /// The digest that names a trial's data: of its data set, or `none` for experiments without images.
  ///
  /// - Parameter digest: of a data set's name.
  public func dataDigest(_ digest: (_ datasetName: String) throws -> String) rethrows -> String {
    try datasetName.map(digest) ?? "none"
  }
  public var modelType: ModelType { choice("model_type") }
  public var architecture: Architecture { choice("architecture") }
  public var binarization: Binarization { choice("binarization") }
  public var likelihood: Likelihood { choice("likelihood") }
  /// 1 for models without a temperature.
  public var temperature: Double { values["temp"] == nil ? 1 : real("temp") }
  public var learningRate: Double { real("learning_rate") }
  /// GS: categories; IGR: sticks; DLGMM: components. 0 where the experiment or model has none.
  public var nRequired: Int { optionalInteger("n_required") }
  /// Categories K of each discrete variable.
  public var latentDiscreteN: Int { optionalInteger("latent_discrete_n") }
  public var numOfDiscreteVar: Int { optionalInteger("num_of_discrete_var") }
  public var latentNormN: Int { optionalInteger("latent_norm_n") }
  public var numOfNormVar: Int { optionalInteger("num_of_norm_var") }
  public var sampleSize: Int { integer("sample_size") }
  public var sampleSizeTesting: Int { integer("sample_size_testing") }
  public var seed: Int { integer("seed") }
  public var batchN: Int { integer("batch_n") }
  public var epochs: Int { integer("epochs") }
  public var checkEvery: Int { integer("check_every") }
  public var saveEvery: Int { optionalInteger("save_every") }
  /// 0 for experiments without images.
  public var validationN: Int { optionalInteger("validation_n") }
  public var resize: Int { integer("resize") }
  public var runWithSample: Bool { flag("run_with_sample") }
  /// True where the name does not apply, as for the flags below.
  public var sampleFromDiscKL: Bool { values["sample_from_disc_kl"] != .boolean(false) }
  public var sampleFromContKL: Bool { values["sample_from_cont_kl"] != .boolean(false) }
  public var runClosedFormKL: Bool { flag("run_closed_form_kl") }
  public var stickTheLanding: Bool { flag("stick_the_landing") }
  public var testWithOneHot: Bool { flag("test_with_one_hot") }
  /// The trial of the same sweep that fits the prior, where one does; its numbers come with the lease.
  public var priorFit: TrialID? { Self.fit(named: values["prior"]) }
  /// Means and log deviations of the sticks; nil: zeros, or those of `priorFit`.
  public var prior: (mu: [Double], xi: [Double])? {
    guard let lists = values["prior"]?.priorNumbers, lists.count == 2 else { return nil }
    return (lists[0], lists[1])
  }
  public var truncationOption: TruncationOption { choice("truncation_option") }
  public var quantile: Double { real("quantile") }
  public var threshold: Double { real("threshold") }
  public var runJV: Bool { flag("run_jv") }
  public var gamma: Double { real("gamma") }
  /// First value, last value, iterations between them.
  public var contCLinspace: [Double] { values["cont_c_linspace"]?.numbers ?? [] }
  public var discCLinspace: [Double] { values["disc_c_linspace"]?.numbers ?? [] }
  public var unitsPerLayer: Int { integer("units_per_layer") }
  public var weightDecay: Double { real("weight_decay") }
  public var minLearningRate: Double { real("min_learning_rate") }
  public var testSampleSize: Int { integer("test_sample_size") }
  /// Optimiser steps per row of metrics, of experiments without images.
  public var iterPerEpoch: Int { integer("iter_per_epoch") }
  public var target: Target { choice("target") }
  public var fitLoss: FitLoss { choice("fit_loss") }
  public var estimator: Estimator { choice("estimator") }
  public var toyTargets: [Double] { values["toy_targets"]?.numbers ?? [] }
  public var record: Set<Recording> {
    guard case .list(let names)? = values["record"] else { return [] }
    return Set(names.compactMap { Recording(rawValue: $0.displayText) })
  }

  // The initialiser has put a value of the right type under every name read below; a trap here is a fault of the
  // table in Hyperparameter.swift, which TrialConfigurationTests reads through every accessor.
  private func integer(_ name: String) -> Int {
    guard case .integer(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  private func optionalInteger(_ name: String) -> Int { values[name] == nil ? 0 : integer(name) }
  private func real(_ name: String) -> Double {
    guard case .real(let value)? = values[name] else { preconditionFailure(name) }
    return value
  }
  /// False where the name does not apply.
  private func flag(_ name: String) -> Bool { values[name] == .boolean(true) }
  private func choice<Choice: RawRepresentable>(_ name: String) -> Choice where Choice.RawValue == String {
    guard case .string(let text)? = values[name], let value = Choice(rawValue: text) else {
      preconditionFailure(name)
    }
    return value
  }
}

extension HyperparameterValue {
  /// True for a list of numbers alone, at least one.
  var isListOfNumbers: Bool {
    guard case .list(let values) = self else { return false }
    return !values.isEmpty && numbers.count == values.count
  }

  /// The numbers of a list; empty for anything else.
  var numbers: [Double] {
    guard case .list(let values) = self else { return [] }
    return values.compactMap { value in
      switch value {
      case .integer(let number): Double(number)
      case .real(let number): number
      default: nil
      }
    }
  }
}
