import Testing

@testable import Launching

/// Command lines of ssh, and what its ends mean.
@Suite struct SSHTests {
  private var host: SSHHost {
    var host = SSHHost(name: "node1")
    host.user = "ada"
    host.port = 2222
    host.slots = 4
    host.program = "/opt/igr/igr-worker"
    host.environment = ["IGR_DATA": "/scratch/my data", "A": "1"]
    host.scratch = "/scratch/igr"
    host.identityFile = "/data/ada/.ssh/igr"
    host.options = ["UserKnownHostsFile=/data/ada/hosts"]
    return host
  }

  private let start = [
    "ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=7", "-o", "ServerAliveInterval=15", "-o",
    "ServerAliveCountMax=4", "-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o",
    "ControlPath=none",
  ]

  @Test func aWorkersCommandLine() {
    #expect(
      SSHCommand(host, connectSeconds: 7).working(for: "tcp://10.0.0.1:5555", times: ["--grace", "20.0"])
        == start + [
          "-o", "UserKnownHostsFile=/data/ada/hosts", "-p", "2222", "-l", "ada", "-i", "/data/ada/.ssh/igr",
          "-o",
          "IdentitiesOnly=yes", "--", "node1", "env 'A=1' 'IGR_DATA=/scratch/my data'", "/opt/igr/igr-worker",
          "--connect", "tcp://10.0.0.1:5555", "--keys-from-input", "--end-with-parent", "--slots", "4",
          "--scratch",
          "/scratch/igr", "--grace", "20.0",
        ])
  }

  @Test func theQuestionToAHost() {
    let plain = SSHCommand(SSHHost(name: "node2"), connectSeconds: 7)
    #expect(plain.describing(reaching: nil) == start + ["--", "node2", "igr-worker", "describe"])
    #expect(
      plain.describing(reaching: ("10.0.0.1", 5555))
        == start + ["--", "node2", "igr-worker", "describe", "10.0.0.1", "5555"])
  }

  @Test(arguments: [
    (255, "Host key verification failed.", "node1: its host key is not known yet"),
    (
      255, "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
      "node1: its host key is another than the one in known_hosts"
    ),
    (
      255, "ada@node1: Permission denied (publickey).",
      "node1: ssh may not log in (ada@node1: Permission denied"
    ),
    (
      255, "ssh: Could not resolve hostname node1: Name or service not known",
      "node1: there is no host of this name"
    ),
    (
      255, "ssh: connect to host node1 port 22: Connection timed out",
      "node1: cannot be reached (ssh: connect to host"
    ),
    (255, "", "node1: cannot be reached (ssh ended with 255): does 'ssh ada@node1 true' work from here?"),
    (
      127, "bash: /opt/igr/igr-worker: No such file or directory", "node1: '/opt/igr/igr-worker' is not there"
    ),
    (
      2, "Error: Unexpected argument 'describe'",
      "node1: '/opt/igr/igr-worker describe' ended with code 2 (Error:"
    ),
  ]) func anEndHasAMeaning(code: Int, errors: String, message: String) {
    let text = SSHFailure.text(host: host, code: Int32(code), errors: errors)
    #expect(text.hasPrefix(message), "\(text)")
  }

  @Test func aHostThatSaysNothingIsToldWithTheTime() {
    #expect(
      SSHFailure.lateness(host: host, seconds: 37, errors: "Warning: added\nslow disk\n")
        == "node1: it did not answer within 37 s (slow disk): does 'ssh ada@node1 /opt/igr/igr-worker describe' end by"
        + " itself? A disk that hangs, or a login shell that waits for something, would do that")
  }

  @Test func aDescriptionComesBackAsItWas() {
    var description = HostDescription()
    description.program = "0.3.0"
    description.resultVersion = 1
    description.protocolVersion = 2
    description.host = "node1"
    description.architecture = "aarch64"
    description.cpu = "Neoverse: N1"
    description.cpuFeatures = "asimd"
    description.cores = 64
    description.peer = "10.0.0.1"
    description.unreached = "Connection refused"
    #expect(HostDescription(description.text) == description)
    description.unreached = ""
    #expect(HostDescription("Welcome to node1: enjoy\n" + description.text) == description)
    #expect(HostDescription("igr-worker 0.1") == nil)
  }

  @Test func anotherVersionIsToldWithBothValues() {
    var here = HostDescription()
    (here.program, here.resultVersion, here.protocolVersion) = ("0.3.0", 2, 2)
    var there = here
    #expect(there.mismatch(with: here) == nil)
    there.resultVersion = 1
    #expect(
      there.mismatch(with: here)
        == "has igr-worker 0.3.0 (result version 1, protocol 2), and this igr is 0.3.0 (result version 2, protocol 2):"
        + " install the same igr on both")
  }
}
