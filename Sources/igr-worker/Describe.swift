import Glibc
import Launching
import ProgramExit
import SweepRuntime
import Trials
import WireProtocol

/// `igr-worker describe [HOST PORT]`: this machine and program in lines, and whether it reaches a port.
enum Describe {
  /// How long a firewall that swallows everything may take.
  private static let reachSeconds: Int32 = 5

  static func main(_ arguments: [String]) -> Never {
    guard arguments.isEmpty || (arguments.count == 2 && UInt16(arguments[1]) != nil) else {
      complain("igr-worker: usage: igr-worker describe [HOST PORT]")
      exit(ExitStatus.wrongCommandOrFile.rawValue)
    }
    var description = HostDescription.ofThisProgram
    // "client address, client port, server address, server port", sshd(8).
    if let connection = getenv("SSH_CONNECTION").map({ String(cString: $0) }) {
      description.peer = connection.split(separator: " ").first.map(String.init) ?? ""
    }
    if arguments.count == 2 {
      description.unreached = unreached(arguments[0], arguments[1]) ?? ""
    }
    print(description.text, terminator: "")
    exit(0)
  }

  /// Why nothing is reached there; nil where something is.
  private static func unreached(_ host: String, _ port: String) -> String? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host, port, &hints, &list)
    guard failure == 0, let list else { return "\(host): \(String(cString: gai_strerror(failure)))" }
    defer { freeaddrinfo(list) }
    var reason = "no address"
    var next: UnsafeMutablePointer<addrinfo>? = list
    while let address = next {
      guard let failure = connectionFailure(address.pointee) else { return nil }
      reason = failure
      next = address.pointee.ai_next
    }
    return reason
  }

  private static func connectionFailure(_ address: addrinfo) -> String? {
    let descriptor = socket(
      address.ai_family, address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0
    )
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return nil }
    guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&polled, 1, reachSeconds * 1000) > 0 else { return "no answer within \(reachSeconds) s" }
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
    return error == 0 ? nil : String(cString: strerror(error))
  }
}

extension HostDescription {
  static var ofThisProgram: HostDescription {
    let machine = MachineDescription.current(blas: EngineDescription.blas)
    var description = HostDescription()
    description.program = EngineVersion.program
    description.resultVersion = EngineVersion.result
    description.protocolVersion = Int(WireFormat.version)
    description.host = machine.host
    description.architecture = MachineDescription.architecture
    description.cpu = machine.cpu
    description.cpuFeatures = machine.cpuFeatures
    description.cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return description
  }
}
