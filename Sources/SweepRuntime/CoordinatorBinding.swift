import ZeroMQ

extension CoordinatorService {
  /// Finds out whether a coordinator could bind, before anything is made that a refusal would leave behind.
  ///
  /// - Throws: `CoordinatorError`: `refused` for an endpoint that is not allowed; `environment` for a port in use.
  public static func checkBinding(
    _ endpoint: Endpoint, allowsInsecureLoopback: Bool, hasKeys: Bool = false
  ) throws(CoordinatorError) {
    try CoordinatorBinding.check(
      endpoint, allowsInsecureLoopback: allowsInsecureLoopback, hasKeys: hasKeys)
    guard endpoint.port != nil else { return }
    do {
      // The context's end waits until the port is free again.
      let context = try Context()
      let socket = try Socket(.dealer, in: context, options: Socket.Options(linger: .zero))
      defer { socket.close() }
      _ = try CoordinatorBinding.bind(socket, to: endpoint, formerly: nil)
    } catch let error as CoordinatorError {
      throw error
    } catch {
      throw CoordinatorError(.environment, "\(endpoint) cannot be bound: \(error)")
    }
  }
}

/// Where a coordinator may be reached, decided before anything is opened.
enum CoordinatorBinding {
  /// - Throws: `CoordinatorError` with code `refused`.
  static func check(
    _ endpoint: Endpoint, allowsInsecureLoopback: Bool, hasKeys: Bool
  ) throws(CoordinatorError) {
    if hasKeys { return }
    guard endpoint.isLoopback else {
      throw CoordinatorError(
        .refused,
        "\(endpoint) can be reached from other machines, which needs keys: make them with 'igr keys DIR', then give"
          + " --keys DIR to the coordinator and to its workers")
    }
    guard allowsInsecureLoopback else {
      throw CoordinatorError(
        .refused,
        "\(endpoint) without keys can be reached by every user of this machine: give --keys DIR (see 'igr keys --help'),"
          + " or allow it with --insecure-loopback")
    }
  }

  /// Binds to the former port where the caller leaves the port open, so that workers find a restarted coordinator.
  ///
  /// - Returns: where it is bound, and a sentence for the log where that is not the former place.
  /// - Throws: `CoordinatorError` with code `environment`.
  static func bind(
    _ socket: Socket, to endpoint: Endpoint, formerly former: Endpoint?
  ) throws(CoordinatorError) -> (Endpoint, note: String?) {
    var note: String?
    if endpoint.port == nil, let former, let port = former.port, endpoint.withPort(port) == former {
      do {
        return (try socket.bind(former), nil)
      } catch {
        note = "the former endpoint \(former) cannot be bound (\(error.text)): taking another port"
      }
    }
    do {
      return (try socket.bind(endpoint), note)
    } catch  where error.code == .addressInUse {
      throw CoordinatorError(
        .environment, "\(endpoint): the port is in use by another process; choose another or end that process"
      )
    } catch {
      throw CoordinatorError(.environment, "\(endpoint) cannot be bound: \(error.text)")
    }
  }
}
