import Trials

/// The work of one trial, from its first step or from a snapshot to its final measurements.
///
/// The numbers depend on the trial's configuration and its data alone: every random number is a function of seed,
/// purpose, step and place, so a session that is continued from a snapshot gives the same bytes as one that was
/// never interrupted. Not thread-safe.
public protocol Session {
  /// Works to the end.
  ///
  /// - Parameter observe: called after every event. Its second argument takes a snapshot of the session as it is in
  ///   that event, and throws `TrainingError` with cause `nan` where its weights are not finite.
  /// - Returns: the result, or nil when `observe` answered `stop`.
  /// - Throws: `TrainingError` with cause `nan` when a loss or gradient is not finite; whatever `observe` throws.
  func run(
    _ observe: (TrainingEvent, _ takeSnapshot: () throws -> TrainingSnapshot) throws -> TrainingDirective
  ) throws -> TrainingResult?
}
