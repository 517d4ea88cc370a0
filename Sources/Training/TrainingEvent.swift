import Trials

/// What a training session tells while it runs.
public enum TrainingEvent: Sendable {
  /// Weights are in place, fresh or from a snapshot: finished epochs and steps.
  case began(epoch: Int, step: Int)
  /// One optimiser step is done. `step` counts from the beginning of the trial.
  case stepped(epoch: Int, step: Int)
  /// A long evaluation goes on: a sign of life between steps.
  case evaluated(fraction: Double)
  /// A row of metrics is complete. `metrics` holds what was measured, by name.
  case measured(epoch: Int, metrics: [String: Double], imagesPerSecond: Double)
}

/// What the observer wants next.
public enum TrainingDirective: Sendable {
  case proceed
  /// End after this event; a snapshot taken in it continues the session.
  case stop
}

/// What a completed session leaves.
public struct TrainingResult: Sendable {
  /// Columns of `TrialConfiguration.metricsPerEpoch`.
  public var metrics: EpochTable
  /// Columns `seconds`, `images_per_second`.
  public var timing: EpochTable
  /// Scalars of `TrialConfiguration.metricsAtEnd`, in its order.
  public var finals: [(name: String, value: Double)]
  /// `weights/…`, `images/…` and what the experiment leaves beside them.
  public var tensors: [NamedTensor]
  /// What a reader of the numbers must know.
  public var warnings: [String]
}

/// Why training ended badly.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  public let cause: EndCause
  /// With epoch, step and term.
  public let message: String

  public init(cause: EndCause, message: String) {
    self.cause = cause
    self.message = message
  }

  public var description: String { message }
}
