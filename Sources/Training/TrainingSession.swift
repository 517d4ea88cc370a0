import Datasets
import Trials

/// What a training session tells while it runs.
public enum TrainingEvent: Sendable {
  /// Weights are in place (fresh or from a snapshot).
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
  /// End after this event; the session can be continued from a snapshot taken now.
  case stop
}

/// What a completed session leaves.
public struct TrainingResult: Sendable {
  public var metrics: EpochTable
  public var timing: EpochTable
  public var finals: [(name: String, value: Double)]
  public var tensors: [NamedTensor]
}

/// Why training ended badly.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  public var cause: EndCause
  /// With epoch, step and term.
  public var message: String
  public var description: String { message }
}
