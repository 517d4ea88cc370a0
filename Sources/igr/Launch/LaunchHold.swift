import Glibc

/// A lock of a launch: the kernel gives it back when this program ends, however it ends.
final class LaunchHold {
  private let descriptor: Int32

  /// The right to launch a sweep into a results folder, which one `igr launch` at a time has.
  ///
  /// - Throws: `ProgramFailure` while another one has it.
  init(ofLaunchesIn folder: String) throws {
    let path = folder + "/.lock"
    descriptor = try Self.file(path)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      guard number == EWOULDBLOCK else {
        throw LaunchFailure.environment("\(path): cannot be locked: \(String(cString: strerror(number)))")
      }
      throw LaunchFailure.wrong(
        "\(folder): another 'igr launch' of this folder is at work: wait until it has submitted everything, or end it"
      )
    }
  }

  /// The right to add job numbers to a launch; waits for it.
  ///
  /// - Throws: `ProgramFailure` where the file cannot be locked.
  init(waitingFor path: String) throws {
    descriptor = try Self.file(path)
    while flock(descriptor, LOCK_EX) != 0 {
      let number = errno
      guard number == EINTR else {
        close(descriptor)
        throw LaunchFailure.environment("\(path): cannot be locked: \(String(cString: strerror(number)))")
      }
    }
  }

  deinit { close(descriptor) }

  private static func file(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw LaunchFailure.environment("\(path): cannot be opened: \(String(cString: strerror(errno)))")
    }
    return descriptor
  }
}
