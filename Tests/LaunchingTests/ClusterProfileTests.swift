import Testing

@testable import Launching

/// Profiles and their faults: each fault with its line and column, and what would be right.
@Suite struct ClusterProfileTests {
  private func profile(_ text: String) throws -> ClusterProfile.Place {
    try ClusterProfile.parse(text, path: "cluster/x.yaml").place
  }

  private func faults(_ text: String) -> [String] {
    do {
      _ = try ClusterProfile.parse(text, path: "x.yaml")
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }

  @Test func localWithEverything() throws {
    var expected = LocalProfile()
    expected.workers = 3
    expected.pinsToCores = true
    expected.environment = ["OMP_NUM_THREADS": "1"]
    #expect(
      try profile("kind: local\nworkers: 3\npin: true\nenvironment: {OMP_NUM_THREADS: 1}")
        == .local(expected))
  }

  @Test func localWithNothing() throws {
    #expect(try profile("kind: local") == .local(LocalProfile()))
  }

  @Test func hostsTakeWhatIsGivenForAll() throws {
    let place = try profile(
      """
      kind: ssh
      user: ada
      slots: 2
      program: /opt/igr/igr-worker
      address: 10.0.0.1
      environment: {IGR_DATA: /scratch/data, A: 1}
      hosts:
        - node1
        - {host: node2, port: 2222, slots: 8, user: eve, environment: {A: 2}, ssh_options: [StrictHostKeyChecking=yes]}
      """)
    guard case .ssh(let profile) = place else {
      Issue.record("not ssh: \(place)")
      return
    }
    #expect(profile.address == "10.0.0.1")
    #expect(profile.connectSeconds == 10)
    #expect(profile.hosts.map(\.name) == ["node1", "node2"])
    #expect(profile.hosts.map(\.user) == ["ada", "eve"])
    #expect(profile.hosts.map(\.slots) == [2, 8])
    #expect(profile.hosts.map(\.port) == [nil, 2222])
    #expect(profile.hosts[0].environment == ["IGR_DATA": "/scratch/data", "A": "1"])
    #expect(profile.hosts[1].environment == ["IGR_DATA": "/scratch/data", "A": "2"])
    #expect(profile.hosts[1].options == ["StrictHostKeyChecking=yes"])
  }

  @Test func slurmWithEverything() throws {
    guard case .slurm(let profile) = try profile(SlurmScriptsTests.profileText) else {
      Issue.record("not slurm")
      return
    }
    #expect(profile.workers == 8)
    #expect(profile.coordinator == .job)
    #expect(profile.container == ["apptainer", "exec", "/images/igr.sif"])
    #expect(profile.resources.time == "04:00:00")
    #expect(profile.resources.options == ["--exclude=node7"])
    // What the coordinator's job does not say is the workers'.
    #expect(profile.coordinatorResources.account == "vae")
    #expect(profile.coordinatorResources.partition == "long")
    #expect(profile.coordinatorResources.time == "2-00")
    #expect(profile.coordinatorResources.constraint == nil)
  }

  @Test(arguments: [
    ("", "x.yaml: a mapping of 'key: value' lines is needed"),
    ("workers: 2", "x.yaml: 'kind' is required: local, ssh or slurm"),
    ("kind: pbs", "x.yaml:1:7: 'kind' needs one of local, ssh, slurm, found 'pbs'"),
    ("kind: local\nworkrs: 2", "x.yaml:2:1: unknown key 'workrs'; did you mean 'workers'?"),
    (
      "kind: local\npartition: main", "x.yaml:2:1: 'partition' is not known here; it belongs to 'kind: slurm'"
    ),
    ("kind: local\nworkers: 0", "x.yaml:2:10: 'workers' needs an integer from 1 to 1024, found '0'"),
    ("kind: local\npin: 3", "x.yaml:2:6: 'pin' needs true or false, found '3'"),
    ("kind: local\nenvironment: {A: \"it's\"}", "x.yaml:2:18: 'A' needs one line of text without quotes"),
    ("kind: local\nenvironment: {2A: x}", "x.yaml:2:15: '2A' is no name of an environment variable"),
    ("kind: ssh", "x.yaml: 'hosts' needs a list"),
    ("kind: ssh\nhosts: [-oProxyCommand=x]", "x.yaml:2:9: 'hosts' needs a word"),
    ("kind: ssh\nhosts: ['a; rm']", "x.yaml:2:9: 'hosts' needs a word"),
    ("kind: ssh\nhosts: [a, a]", "x.yaml:2:12: the host 'a' is given twice; give it 'slots' instead"),
    ("kind: ssh\nhosts: [{slots: 2}]", "x.yaml:2:9: a host needs 'host'"),
    ("kind: ssh\nhosts: [{host: a, slot: 2}]", "x.yaml:2:19: unknown key 'slot'; did you mean 'slots'?"),
    ("kind: slurm\npartition: a b", "x.yaml:2:12: 'partition' needs a word"),
    ("kind: slurm\ntime: soon", "x.yaml:2:7: 'time' needs a time as Slurm writes it"),
    ("kind: slurm\nmemory: much", "x.yaml:2:9: 'memory' needs memory as Slurm writes it"),
    ("kind: slurm\nextra: [exclude]", "x.yaml:2:8: 'extra' needs options of sbatch, as in --exclude=node7"),
    ("kind: slurm\ncoordinator: login", "x.yaml:2:14: 'coordinator' needs one of job, here, found 'login'"),
    (
      "kind: slurm\ncoordinator_job: {partion: a}",
      "x.yaml:2:19: unknown key 'partion'; did you mean 'partition'?"
    ),
    ("kind: slurm\nkind: local", "x.yaml:1:1: 'kind' is given twice"),
  ]) func aFaultIsToldWithItsPlace(text: String, message: String) {
    let found = faults(text)
    #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
  }

  @Test func allFaultsAreToldAtOnceInOrder() {
    #expect(
      faults("kind: slurm\nworkers: no\ntime: soon\ncolour: red").map { $0.prefix(9) }
        == ["x.yaml:2:", "x.yaml:3:", "x.yaml:4:"])
  }
}
