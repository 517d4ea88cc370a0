import ArgumentParser

/// How long children have for their checkpoints when their worker is asked to end. The coordinator takes it too: it
/// waits as long for its workers when it is asked to end itself.
public struct GraceTime: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Time for checkpoints when a worker is asked to end; what is left then is killed.", valueName: "seconds"
    ))
  public var grace: Double = 20

  public init() {}

  public func validate() throws { try checkSeconds("--grace", grace, from: 0.1) }

  /// The option as a program takes it.
  public var arguments: [String] { ["--grace", "\(grace)"] }
}

/// When a worker takes its child for hung.
public struct HangLimits: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A child without progress for this long, and for longer than 20 of its median steps, is hung and killed.",
      valueName: "seconds"))
  public var hangFloor: Double = 60

  public init() {}

  public func validate() throws { try checkSeconds("--hang-floor", hangFloor, from: 1) }

  /// The option as a program takes it.
  public var arguments: [String] { ["--hang-floor", "\(hangFloor)"] }
}
