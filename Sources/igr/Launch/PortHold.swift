import Glibc
import ProgramExit

/// A TCP port of this machine that is held while other machines are asked whether they reach it.
final class PortHold {
  private let descriptor: Int32
  let port: UInt16

  /// - Parameters:
  ///   - wanted: nil takes a free one.
  ///   - onLoopback: nobody else is to reach it.
  /// - Throws: `ProgramFailure` when the port is in use.
  init(_ wanted: UInt16?, onLoopback: Bool) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw LaunchFailure.environment("no socket: \(systemText(errno))") }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    if onLoopback { address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian }
    address.sin_port = (wanted ?? 0).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      // The calls take any address of the family that its first field names.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        guard bind(descriptor, general, size) == 0, listen(descriptor, 128) == 0 else { return errno }
        return getsockname(descriptor, general, &size) == 0 ? 0 : errno
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw LaunchFailure.environment(
        "port \(wanted.map(String.init) ?? "") cannot be taken: \(systemText(result)): end the program that has it, or"
          + " choose another 'coordinator_port'")
    }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}

private func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }
