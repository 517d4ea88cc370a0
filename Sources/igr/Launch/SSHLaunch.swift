import Foundation
import Keys
import Launching
import ProgramExit
import ResultStore
import SweepRuntime
import Trials
import WireProtocol
import ZeroMQ

/// `igr launch` on hosts that are reached by ssh. Every host is asked before anything is launched: whether it can be
/// logged in to, which igr-worker it has, and whether it reaches the coordinator's port.
struct SSHLaunch {
  let request: LaunchRequest
  let profile: SSHProfile

  /// A host that can work, and the coordinator's address for it.
  private struct Ready {
    let host: SSHHost
    let address: String
  }

  func run(dryRun: Bool) throws {
    let hosts = try chosenHosts()
    if dryRun {
      for host in hosts {
        print(command(host, profile.address ?? "ADDRESS", profile.port ?? 0).joined(separator: " "))
      }
      return
    }
    guard let ssh = OutsideCommand("ssh") else {
      throw LaunchFailure.environment("ssh is not in PATH: install openssh-client")
    }
    if request.added != nil {
      let (paths, snapshot) = try request.running()
      guard let port = Endpoint(snapshot.coordinator.endpoint)?.port,
        Endpoint(snapshot.coordinator.endpoint)?.isLoopback == false || profile.address != nil
      else {
        throw LaunchFailure.wrong(
          "\(snapshot.coordinator.endpoint): this coordinator can be reached on its own machine alone: end it, and"
            + " launch it with an ssh profile")
      }
      let ready = try examine(hosts, ssh, port)
      try request.work(
        paths, for: snapshot.coordinator.endpoint, with: placement(ready, port, try handed(paths), ssh))
    } else {
      let isLoopback = profile.address.flatMap { Endpoint("tcp://\($0):1") }?.isLoopback ?? false
      var hold: PortHold? = try PortHold(profile.port, onLoopback: isLoopback)
      let port = hold?.port ?? 0
      let ready = try examine(hosts, ssh, port)
      let folder = try request.open()
      try KeyFolder(path: folder.paths.keysFolder).make()
      let placement = placement(ready, port, try handed(folder.paths), ssh)
      // Now it is the coordinator's.
      hold = nil
      try SweepExecution(
        folder: folder, options: request.options, placement: placement, retriesFailed: false
      ).run()
    }
  }

  /// With `--add`, as many slots as were asked for, in the order of the profile.
  private func chosenHosts() throws -> [SSHHost] {
    guard var left = request.added else { return profile.hosts }
    var chosen: [SSHHost] = []
    for var host in profile.hosts where left > 0 {
      host.slots = min(host.slots, left)
      left -= host.slots
      chosen.append(host)
    }
    guard left == 0 else {
      let slots = profile.hosts.map(\.slots).reduce(0, +)
      throw LaunchFailure.wrong("--add: the hosts of \(request.profilePath) have \(slots) slots together")
    }
    return chosen
  }

  private func handed(_ paths: RunPaths) throws -> HandedKeys {
    try HandedKeys(of: KeyFolder(path: paths.keysFolder))
  }

  // MARK: Before anything is launched

  /// What a host may take beyond ssh's time to connect: its login shell, and a firewall that swallows everything.
  private static let answerSeconds = 30

  private func examine(_ hosts: [SSHHost], _ ssh: OutsideCommand, _ port: UInt16) throws -> [Ready] {
    complain("asking \(hosts.count) hosts")
    let described = try descriptions(hosts, ssh) { _ in profile.address.map { ($0, port) } }
    let addresses = zip(hosts, described).map { host, description in
      profile.address ?? description.peer
    }
    if let index = addresses.firstIndex(of: "") {
      throw LaunchFailure.wrong(
        "\(hosts[index].name): it does not tell from where ssh comes: give this machine's 'address' in"
          + " \(request.profilePath)")
    }
    // The first question could not name an address that only its answer tells.
    let reached =
      profile.address == nil
      ? try descriptions(hosts, ssh) { (addresses[$0], port) } : described
    let blocked = zip(hosts, zip(addresses, reached)).compactMap { host, answer -> String? in
      guard let reason = answer.1.unreached, !reason.isEmpty else { return nil }
      return
        "\(host.name): it does not reach this machine at \(answer.0) port \(port) (\(reason)): open the port in the"
        + " firewall (choose one with 'coordinator_port'), or correct 'address'"
    }
    try refuse(blocked)
    for (host, description) in zip(hosts, described) {
      complain(
        "  \(host.name): \(description.cores) cores, \(description.architecture), \(description.cpu), igr"
          + " \(description.program)")
    }
    return zip(hosts, addresses).map { Ready(host: $0, address: $1) }
  }

  private func descriptions(
    _ hosts: [SSHHost], _ ssh: OutsideCommand, reaching: (Int) -> (String, UInt16)?
  ) throws -> [HostDescription] {
    var here = HostDescription()
    here.program = EngineVersion.program
    here.resultVersion = EngineVersion.result
    here.protocolVersion = Int(WireFormat.version)
    let results = try ssh.run(
      each: hosts.enumerated().map { index, host in
        let command = SSHCommand(host, connectSeconds: profile.connectSeconds)
        return Array(
          command.describing(reaching: reaching(index).map { (host: $0.0, port: $0.1) }).dropFirst())
      }, within: profile.connectSeconds + Self.answerSeconds)
    var problems: [String] = []
    var descriptions: [HostDescription] = []
    for (host, result) in zip(hosts, results) {
      guard !result.isLate else {
        problems.append(
          SSHFailure.lateness(
            host: host, seconds: profile.connectSeconds + Self.answerSeconds, errors: result.errors))
        continue
      }
      guard result.code == 0 else {
        problems.append(SSHFailure.text(host: host, code: result.code, errors: result.errors))
        continue
      }
      guard let description = HostDescription(result.output) else {
        problems.append(
          "\(host.name): '\(host.program)' is no igr-worker of this version: install this igr there")
        continue
      }
      if let mismatch = description.mismatch(with: here) {
        problems.append("\(host.name): it \(mismatch)")
      }
      descriptions.append(description)
    }
    try refuse(problems)
    return descriptions
  }

  private func refuse(_ problems: [String]) throws {
    guard !problems.isEmpty else { return }
    throw LaunchFailure.environment(
      "nothing is launched:\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
  }

  // MARK: The run

  private func command(_ host: SSHHost, _ address: String, _ port: UInt16) -> [String] {
    SSHCommand(host, connectSeconds: profile.connectSeconds).working(
      for: "tcp://\(address):\(port)",
      times: request.options.times.forWorker + ["--log-format", request.options.logFormat.rawValue])
  }

  private func placement(
    _ ready: [Ready], _ port: UInt16, _ keys: HandedKeys, _ ssh: OutsideCommand
  ) -> WorkerPlacement {
    let commands = ready.map { ready in
      [ssh.path] + command(ready.host, ready.address, port).dropFirst()
    }
    let slots = ready.map(\.host.slots).reduce(0, +)
    let address = ready.first?.address ?? "127.0.0.1"
    // Every address of this machine, unless all that is wanted is itself.
    let isLoopback = ready.allSatisfy { Endpoint("tcp://\($0.address):1")?.isLoopback == true }
    return WorkerPlacement(
      workers: ready.count, text: "\(slots) slots on \(ready.count) hosts",
      coordinatorArguments: [
        "--bind", "tcp://\(isLoopback ? "127.0.0.1" : "0.0.0.0"):\(port)", "--advertise", address,
      ],
      worker: { [input = keys.text] number, _ in WorkerStart(commands[number - 1], input: input) },
      areRemote: true, names: ready.map(\.host.name))
  }
}
