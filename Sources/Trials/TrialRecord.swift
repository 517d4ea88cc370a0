/// A dense Float32 array with a name for each axis, as stored under `/tensors` and in checkpoints.
public struct NamedTensor: Hashable, Sendable {
  /// Slash-separated, relative to the group it is stored in: `decoder_1/kernel`, `images/reconstructions`.
  public var name: String
  /// Axis names, outermost first: `["input", "output"]`.
  public var axes: [String]
  public var shape: [Int]
  /// Row-major; `values.count` is the product of `shape`.
  public var values: [Float]

  public init(name: String, axes: [String], shape: [Int], values: [Float]) {
    precondition(axes.count == shape.count && values.count == shape.reduce(1, *), "\(name): \(shape)")
    self.name = name
    self.axes = axes
    self.shape = shape
    self.values = values
  }
}

/// Columns of Float64 along the training epochs. NaN stands for "not measured".
public struct EpochTable: Hashable, Sendable {
  /// Training epochs of the rows, rising; row 0 is epoch 0, before training.
  public private(set) var epochs: [Int32] = []
  /// Column names in the order of the file.
  public let names: [String]
  /// `columns[i]` belongs to `names[i]` and has one value per epoch.
  public private(set) var columns: [[Double]]

  public init(names: [String]) {
    self.names = names
    columns = names.map { _ in [] }
  }

  /// - Precondition: one value per epoch in every column.
  public init(names: [String], epochs: [Int32], columns: [[Double]]) {
    precondition(names.count == columns.count && columns.allSatisfy { $0.count == epochs.count })
    self.names = names
    self.epochs = epochs
    self.columns = columns
  }

  /// Adds a row; names without a value become NaN.
  public mutating func append(epoch: Int32, _ values: [String: Double]) {
    precondition(values.keys.allSatisfy(names.contains), "unknown column among \(values.keys.sorted())")
    epochs.append(epoch)
    for (index, name) in names.enumerated() { columns[index].append(values[name] ?? .nan) }
  }

  /// Makes values of the last row unmeasured; names without a column are passed over.
  public mutating func forgetLast(_ forgotten: [String]) {
    for (index, name) in names.enumerated() where forgotten.contains(name) && !epochs.isEmpty {
      columns[index][epochs.count - 1] = .nan
    }
  }

  public subscript(name: String) -> [Double]? {
    names.firstIndex(of: name).map { columns[$0] }
  }

  /// The rows up to a training epoch, that one included.
  public func through(epoch last: Int) -> EpochTable {
    let count = epochs.prefix { Int($0) <= last }.count
    return EpochTable(
      names: names, epochs: Array(epochs.prefix(count)), columns: columns.map { Array($0.prefix(count)) })
  }

  /// The last value of a column that is not NaN.
  public func last(_ name: String) -> Double? { self[name]?.last { !$0.isNaN } }
}

/// Everything a finished trial leaves behind: the content of one trial file (docs/results-format.md).
public struct TrialRecord: Sendable {
  public var trial: Trial
  public var sweep: String
  public var state: TrialState
  public var engineVersion: String
  public var gitRevision: String
  /// Columns of `TrialConfiguration.metricsPerEpoch`.
  public var metrics: EpochTable
  /// Scalars by metric name, in the order of `TrialConfiguration.metricsAtEnd`; NaN stands for "not measured".
  public var finals: [(name: String, value: Double)]
  /// Under `/tensors`; names begin with `weights/`, `images/`, ….
  public var tensors: [NamedTensor]
  /// Columns `seconds`, `images_per_second`.
  public var timing: EpochTable
  public var attempts: [AttemptRecord]
  /// What a reader of the numbers must know, in sentences.
  public var warnings: [String]
  /// Which files the images came from, in words; empty for experiments without images.
  public var dataSource: String

  public init(
    trial: Trial, sweep: String, state: TrialState, engineVersion: String, gitRevision: String,
    metrics: EpochTable, finals: [(name: String, value: Double)], tensors: [NamedTensor], timing: EpochTable,
    attempts: [AttemptRecord], warnings: [String] = [], dataSource: String = ""
  ) {
    self.trial = trial
    self.sweep = sweep
    self.state = state
    self.engineVersion = engineVersion
    self.gitRevision = gitRevision
    self.metrics = metrics
    self.finals = finals
    self.tensors = tensors
    self.timing = timing
    self.attempts = attempts
    self.warnings = warnings
    self.dataSource = dataSource
  }
}

/// Where training stands after an optimiser step: enough to go on with the same numbers, bit for bit. The random
/// generator needs only its key and counter, so it has no state here.
public struct TrainingSnapshot: Sendable, Hashable {
  public var trialID: TrialID
  /// Finished training epochs and finished steps of the one after.
  public var epoch: Int
  public var stepInEpoch: Int
  /// Optimiser steps since the beginning, which is Adam's t.
  public var step: Int
  public var parameters: [NamedTensor]
  /// Adam's first and second moments, in the order and shape of `parameters`.
  public var firstMoments: [NamedTensor]
  public var secondMoments: [NamedTensor]
  /// Rows so far.
  public var metrics: EpochTable
  public var timing: EpochTable
  /// Running sums of the unfinished epoch by name.
  public var accumulators: [String: Double]
  /// Weights of earlier epochs that the trial file will hold (`save_every`).
  public var kept: [NamedTensor]

  public init(
    trialID: TrialID, epoch: Int, stepInEpoch: Int, step: Int, parameters: [NamedTensor],
    firstMoments: [NamedTensor], secondMoments: [NamedTensor], metrics: EpochTable, timing: EpochTable,
    accumulators: [String: Double], kept: [NamedTensor] = []
  ) {
    self.trialID = trialID
    self.epoch = epoch
    self.stepInEpoch = stepInEpoch
    self.step = step
    self.parameters = parameters
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.metrics = metrics
    self.timing = timing
    self.accumulators = accumulators
    self.kept = kept
  }
}

/// What tables need of a trial, read from its file or, where there is none, from the plan and the ledger.
public struct TrialSummary: Sendable {
  public var trial: Trial
  public var state: TrialState
  /// Final metrics and the last measured value of each per-epoch metric, by name.
  public var metrics: [String: Double]
  /// Why the last attempt ended, where it did not complete.
  public var cause: EndCause?
  /// As in the trial's record.
  public var warnings: [String]
  public var dataSource: String

  public init(
    trial: Trial, state: TrialState, metrics: [String: Double], cause: EndCause? = nil,
    warnings: [String] = [], dataSource: String = ""
  ) {
    self.trial = trial
    self.state = state
    self.metrics = metrics
    self.cause = cause
    self.warnings = warnings
    self.dataSource = dataSource
  }
}
