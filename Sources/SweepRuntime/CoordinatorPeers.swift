import Trials

/// Which connection belongs to which worker. A worker is known by the name in its `hello`, so that a reconnect under
/// a new routing id is neither ignored nor another worker.
struct CoordinatorPeers {
  typealias Route = [UInt8]

  private var workers: [Route: WorkerID] = [:]
  private var routes: [WorkerID: Route] = [:]
  /// Peers that sent garbage and were named in the log. Bounded: behind a flood there is no reader.
  private var complainedAbout: Set<Route> = []
  private(set) var malformedCount = 0

  func worker(at route: Route) -> WorkerID? { workers[route] }
  func route(of worker: WorkerID) -> Route? { routes[worker] }

  mutating func introduce(_ worker: WorkerID, at route: Route) {
    if let before = routes[worker] { workers[before] = nil }
    if let before = workers[route] { routes[before] = nil }
    workers[route] = worker
    routes[worker] = route
  }

  mutating func forget(_ worker: WorkerID) {
    if let route = routes.removeValue(forKey: worker) { workers[route] = nil }
  }

  static let complaintLimit = 256

  /// Counts a malformed message.
  ///
  /// - Returns: whether to write a line about it: once per peer.
  mutating func complain(about route: Route) -> Bool {
    malformedCount += 1
    guard complainedAbout.count < Self.complaintLimit else { return false }
    return complainedAbout.insert(route).inserted
  }
}
