/// Where the workers of a sweep run: what a profile of `cluster/` says.
public struct ClusterProfile: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case local, ssh, slurm
  }

  public enum Place: Hashable, Sendable {
    case local(LocalProfile)
    case ssh(SSHProfile)
    case slurm(SlurmProfile)
  }

  /// The file as the caller named it.
  public let path: String
  public let place: Place

  public init(path: String, place: Place) {
    self.path = path
    self.place = place
  }

  /// Reads the content of a profile.
  ///
  /// - Parameter path: of the file; messages name it as given here.
  /// - Throws: `ClusterProfileError` with every fault that was found.
  public static func parse(_ text: String, path: String) throws(ClusterProfileError) -> ClusterProfile {
    try ClusterProfileReader.read(text, path: path)
  }
}

/// Workers on this machine.
public struct LocalProfile: Hashable, Sendable {
  /// Nil: one per core.
  public var workers: Int?
  /// Every worker keeps to cores of its own.
  public var pinsToCores = false
  /// Added to the workers' environment.
  public var environment: [String: String] = [:]

  public init() {}
}

/// Workers on hosts that are reached by ssh; they share nothing with this machine but the network.
public struct SSHProfile: Hashable, Sendable {
  public var hosts: [SSHHost] = []
  /// How the hosts reach this machine; nil: by the address from which their ssh sees it come.
  public var address: String?
  /// The coordinator's port; nil: a free one.
  public var port: UInt16?
  /// How long ssh waits for a host, in seconds.
  public var connectSeconds = 10

  public init() {}
}

public struct SSHHost: Hashable, Sendable {
  /// As ssh knows it: a name, an address, or a `Host` of ~/.ssh/config.
  public var name: String
  public var user: String?
  public var port: UInt16?
  public var slots = 1
  /// `igr-worker` there: a path, or a name that its PATH has.
  public var program = "igr-worker"
  public var environment: [String: String] = [:]
  /// Where the worker makes a folder of its own; nil: where `igr-worker` puts it.
  public var scratch: String?
  /// A file with the key to log in with; nil: what ssh chooses.
  public var identityFile: String?
  /// `Name=value`, as ssh's `-o` takes it.
  public var options: [String] = []

  public init(name: String) { self.name = name }
}

/// Workers as elements of job arrays; the results folder lies on a disk that all nodes share.
public struct SlurmProfile: Hashable, Sendable {
  public enum CoordinatorPlace: String, Hashable, Sendable, CaseIterable {
    /// A job of its own.
    case job
    /// The machine on which `igr launch` runs, for as long as it runs.
    case here
  }

  public var coordinator = CoordinatorPlace.job
  public var workers = 1
  public var slots = 1
  /// What each worker's job asks for.
  public var resources = SlurmResources()
  /// What the coordinator's job asks for.
  public var coordinatorResources = SlurmResources()
  /// Seconds between the warning before a time limit and the limit itself.
  public var grace = 60
  public var modules: [String] = []
  /// The words that go in front of every program, as `apptainer exec image.sif`.
  public var container: [String] = []
  /// Lines of shell ahead of the program.
  public var setup: [String] = []
  /// The folder of our programs on the nodes; nil: that of the running `igr`.
  public var programs: String?
  /// How nodes reach this machine, with `coordinator: here`; nil: by its host name.
  public var address: String?
  /// Elements a job array may have; nil: what the cluster says.
  public var maximumArraySize: Int?

  public init() {}
}

/// What a job asks of Slurm. Nil: what the cluster gives unasked.
public struct SlurmResources: Hashable, Sendable {
  public var account: String?
  public var partition: String?
  public var qos: String?
  public var time: String?
  public var memory: String?
  public var cpus: Int?
  public var constraint: String?
  /// More `#SBATCH` options, as `--exclude=node7`.
  public var options: [String] = []

  public init() {}
}
