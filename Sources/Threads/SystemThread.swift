import Glibc

/// A thread of its own for work that waits in system calls, where a task would keep one of the few threads of all tasks
/// from the others.
///
/// Either `join` or `detach` has to be called, once.
public struct SystemThread: Sendable {
  private let handle: pthread_t

  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Begins with `body`.
  ///
  /// - Throws: `SystemThreadError` when the process may have no more threads; `body` is then never called.
  public init(_ body: sending @escaping () -> Void) throws(SystemThreadError) {
    let work = Unmanaged.passRetained(Work(body))
    var handle = pthread_t()
    let failure = pthread_create(
      &handle, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()  // Given just below.
        return nil
      }, work.toOpaque())
    guard failure == 0 else {
      work.release()
      throw SystemThreadError(number: failure)
    }
    self.handle = handle
  }

  /// Waits until the body has returned.
  public func join() { pthread_join(handle, nil) }

  /// Lets it go on alone.
  public func detach() { pthread_detach(handle) }
}

/// Why the system gave no thread.
public struct SystemThreadError: Error, CustomStringConvertible {
  /// The system's number of the error.
  public let number: Int32

  public var description: String { String(cString: strerror(number)) }
}
