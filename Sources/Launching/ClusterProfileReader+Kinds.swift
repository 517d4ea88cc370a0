import SweepFiles
import Trials

extension ClusterProfileReader {
  static let localKeys = ["workers", "pin", "environment"]
  static let sshKeys = ["hosts", "address", "coordinator_port", "connect_timeout"]
  /// At the top for all hosts, and for one host.
  static let hostKeys = [
    "user", "port", "slots", "program", "environment", "scratch", "identity_file", "ssh_options",
  ]
  static let slurmKeys = [
    "coordinator", "workers", "slots", "grace", "modules", "container", "setup", "programs", "address",
    "max_array_size", "coordinator_job",
  ]
  /// At the top for the workers, and under `coordinator_job`.
  static let resourceKeys = [
    "account", "partition", "qos", "time", "memory", "cpus", "constraint", "extra",
  ]

  static let workerRange = 1...100_000

  mutating func localProfile(_ entries: [YAMLNode.Entry]) -> LocalProfile {
    var profile = LocalProfile()
    for entry in entries {
      switch entry.key {
      case "workers": profile.workers = count(entry, 1...1024)
      case "pin": profile.pinsToCores = flag(entry) ?? false
      case "environment": profile.environment = environment(entry)
      default: refuseUnknown(entry, among: Self.localKeys)
      }
    }
    return profile
  }

  // MARK: ssh

  mutating func sshProfile(_ entries: [YAMLNode.Entry]) -> SSHProfile {
    var profile = SSHProfile()
    var common = SSHHost(name: "")
    var hosts: YAMLNode.Entry?
    for entry in entries {
      switch entry.key {
      case "hosts": hosts = entry
      case "address": profile.address = word(entry)
      case "coordinator_port": profile.port = count(entry, 1...65_535).map(UInt16.init)
      case "connect_timeout": profile.connectSeconds = count(entry, 1...600) ?? 10
      case let key where Self.hostKeys.contains(key): set(entry, of: &common)
      default: refuseUnknown(entry, among: Self.sshKeys + Self.hostKeys)
      }
    }
    guard let hosts, case .sequence(let elements) = hosts.value.content, !elements.isEmpty else {
      refuse(
        at: hosts?.value.place ?? .wholeFile,
        "'hosts' needs a list, as in [node1, {host: node2, slots: 4}]")
      return profile
    }
    var seen: Set<String> = []
    for element in elements {
      guard let host = sshHost(element, common) else { continue }
      if seen.insert(host.name).inserted {
        profile.hosts.append(host)
      } else {
        refuse(at: element.place, "the host '\(host.name)' is given twice; give it 'slots' instead")
      }
    }
    return profile
  }

  private mutating func sshHost(_ node: YAMLNode, _ common: SSHHost) -> SSHHost? {
    var host = common
    switch node.content {
    case .scalar:
      guard let name = word(YAMLNode.Entry(key: "hosts", place: node.place, value: node)) else { return nil }
      host.name = name
    case .mapping(let entries):
      for entry in entries {
        if entry.key == "host" {
          host.name = word(entry) ?? ""
        } else if Self.hostKeys.contains(entry.key) {
          set(entry, of: &host)
        } else {
          refuseUnknown(entry, among: ["host"] + Self.hostKeys)
        }
      }
      guard !host.name.isEmpty else {
        if !entries.contains(where: { $0.key == "host" }) { refuse(at: node.place, "a host needs 'host'") }
        return nil
      }
    default:
      refuse(at: node.place, "a host is a name, or {host: name, …}, found \(node.kindOrEmptinessInWords)")
      return nil
    }
    return host
  }

  private mutating func set(_ entry: YAMLNode.Entry, of host: inout SSHHost) {
    switch entry.key {
    case "user": host.user = word(entry)
    case "port": host.port = count(entry, 1...65_535).map(UInt16.init)
    case "slots": host.slots = count(entry, 1...1024) ?? 1
    case "program": host.program = word(entry) ?? host.program
    case "environment": host.environment.merge(environment(entry)) { _, new in new }
    case "scratch": host.scratch = word(entry)
    case "identity_file": host.identityFile = line(entry)
    default: host.options += lines(entry)
    }
  }

  // MARK: Slurm

  mutating func slurmProfile(_ entries: [YAMLNode.Entry]) -> SlurmProfile {
    var profile = SlurmProfile()
    for entry in entries {
      switch entry.key {
      case "coordinator": profile.coordinator = choice(entry, SlurmProfile.CoordinatorPlace.self) ?? .job
      case "workers": profile.workers = count(entry, Self.workerRange) ?? 1
      case "slots": profile.slots = count(entry, 1...1024) ?? 1
      case "grace": profile.grace = count(entry, 1...3600) ?? 60
      case "modules": profile.modules = words(entry)
      case "container": profile.container = line(entry).map(Self.split) ?? []
      case "setup": profile.setup = lines(entry)
      case "programs": profile.programs = line(entry)
      case "address": profile.address = word(entry)
      case "max_array_size": profile.maximumArraySize = count(entry, 1...4_000_001)
      case "coordinator_job": readCoordinatorJob(entry, of: &profile)
      case let key where Self.resourceKeys.contains(key): set(entry, of: &profile.resources)
      default: refuseUnknown(entry, among: Self.slurmKeys + Self.resourceKeys)
      }
    }
    // Where the coordinator's job says nothing of its own, it goes where the workers go.
    var other = profile.coordinatorResources
    other.account = other.account ?? profile.resources.account
    other.partition = other.partition ?? profile.resources.partition
    other.qos = other.qos ?? profile.resources.qos
    profile.coordinatorResources = other
    return profile
  }

  private mutating func readCoordinatorJob(_ entry: YAMLNode.Entry, of profile: inout SlurmProfile) {
    guard case .mapping(let entries) = entry.value.content else {
      refuse(at: entry.value.place, "'coordinator_job' needs a mapping, as in {partition: long, time: 2-00}")
      return
    }
    for entry in entries {
      if Self.resourceKeys.contains(entry.key) {
        set(entry, of: &profile.coordinatorResources)
      } else {
        refuseUnknown(entry, among: Self.resourceKeys)
      }
    }
  }

  private mutating func set(_ entry: YAMLNode.Entry, of resources: inout SlurmResources) {
    switch entry.key {
    case "account": resources.account = word(entry)
    case "partition": resources.partition = word(entry)
    case "qos": resources.qos = word(entry)
    case "time":
      resources.time = slurmText(
        entry, "0123456789:-", "a time as Slurm writes it: minutes, hours:minutes:seconds, days-hours")
    case "memory":
      resources.memory = slurmText(entry, "0123456789KMGT", "memory as Slurm writes it: 2G, 500M")
    case "cpus": resources.cpus = count(entry, 1...4096)
    // A constraint combines features: a&b, [a|b].
    case "constraint": resources.constraint = constraint(entry)
    default:
      for option in lines(entry) {
        guard option.hasPrefix("-"), TextRules.isQuotable(option) else {
          refuse(
            at: entry.value.place, "'extra' needs options of sbatch, as in --exclude=node7; found '\(option)'"
          )
          continue
        }
        resources.options.append(option)
      }
    }
  }

  private mutating func constraint(_ entry: YAMLNode.Entry) -> String? {
    let text = entry.value.scalarText ?? ""
    let signs = Set("_-.:*&|,[]()")
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || signs.contains($0)) })
    else {
      refuse(at: entry.value.place, "'constraint' needs features as Slurm combines them, as in intel&avx2")
      return nil
    }
    return text
  }

  private mutating func slurmText(_ entry: YAMLNode.Entry, _ allowed: String, _ what: String) -> String? {
    let text = entry.value.scalarText ?? ""
    guard let first = text.first, first.isNumber, text.allSatisfy({ allowed.contains($0) }) else {
      refuse(at: entry.value.place, "'\(entry.key)' needs \(what), found '\(text)'")
      return nil
    }
    return text
  }

  private mutating func words(_ entry: YAMLNode.Entry) -> [String] {
    lines(entry).filter { word in
      if TextRules.isWord(word) { return true }
      refuse(at: entry.value.place, "'\(entry.key)' needs names of modules, found '\(word)'")
      return false
    }
  }

  private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
