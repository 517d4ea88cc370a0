import ArgumentParser

/// The times that leases depend on, as options of the programs that own a sweep.
public struct LeaseTimes: ParsableArguments {
  @Option(help: ArgumentHelp("Life of a lease without a heartbeat that names it.", valueName: "seconds"))
  public var lease: Double = 15

  @Option(help: ArgumentHelp("Time between heartbeats of a worker.", valueName: "seconds"))
  public var heartbeat: Double = 2

  @Option(
    help: ArgumentHelp(
      "How long workers go on without a word of the coordinator before they write checkpoints and end.",
      valueName: "seconds"))
  public var patience: Double = 600

  public init() {}

  public func validate() throws {
    try checkSeconds("--lease", lease, from: 1)
    try checkSeconds("--heartbeat", heartbeat, from: 0.05)
    try checkSeconds("--patience", patience, from: 1)
    guard heartbeat * 3 <= lease else {
      throw ValidationError(
        "--heartbeat \(heartbeat) is more than a third of --lease \(lease): a worker would lose its trial when one"
          + " word is late; give a heartbeat of at most \(lease / 3) seconds")
    }
    guard patience >= lease else {
      throw ValidationError(
        "--patience \(patience) is less than --lease \(lease): workers would give up before their leases end")
    }
  }

  /// The options as a program takes them.
  public var arguments: [String] {
    ["--lease", "\(lease)", "--heartbeat", "\(heartbeat)", "--patience", "\(patience)"]
  }
}
