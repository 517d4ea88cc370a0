import ZeroMQ

/// Where a coordinator may be reached, decided before anything is opened.
enum CoordinatorBinding {
  /// - Throws: `CoordinatorError` with code `refused`.
  static func check(_ endpoint: Endpoint, allowsInsecureLoopback: Bool) throws(CoordinatorError) {
    guard endpoint.isLoopback else {
      throw CoordinatorError(
        .refused,
        "\(endpoint) can be reached from other machines, which needs CURVE keys; these are not there yet:"
          + " use tcp://127.0.0.1:* with --insecure-loopback")
    }
    guard allowsInsecureLoopback else {
      throw CoordinatorError(
        .refused,
        "\(endpoint) without keys can be reached by every user of this machine: add --insecure-loopback to allow it"
          + " (CURVE keys are not there yet)")
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
