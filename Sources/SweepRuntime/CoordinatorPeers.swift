import Trials
import ZeroMQ

/// Which connection belongs to which worker. A worker is known by the name in its `hello` and the key it came with, so
/// that a reconnect under a new routing id is neither ignored nor another worker, and nobody with another key can take
/// its place.
struct CoordinatorPeers {
  typealias Route = [UInt8]

  private var workers: [Route: WorkerID] = [:]
  private var routes: [WorkerID: Route] = [:]
  /// Whose name it is, for as long as this coordinator lives; nil where there are no keys.
  private var owners: [WorkerID: CurveKey?] = [:]
  private var namesInOrder: [WorkerID] = []
  /// Peers that sent garbage and were named in the log. Bounded: behind a flood there is no reader.
  private var complainedAbout: Set<Route> = []
  private(set) var malformedCount = 0
  private(set) var stolenNameCount = 0

  /// The worker that speaks from `route` with this key.
  func worker(at route: Route, key: CurveKey?) -> WorkerID? {
    guard let worker = workers[route], owners[worker] == .some(key) else { return nil }
    return worker
  }

  func route(of worker: WorkerID) -> Route? { routes[worker] }

  /// - Returns: false when another key has introduced this worker before: nothing changes then.
  mutating func introduce(_ worker: WorkerID, at route: Route, key: CurveKey?) -> Bool {
    if let owner = owners[worker] {
      guard owner == key else {
        stolenNameCount += 1
        return false
      }
    } else {
      owners[worker] = .some(key)
      namesInOrder.append(worker)
      forgetOldNames()
    }
    if let before = routes[worker] { workers[before] = nil }
    if let before = workers[route] { routes[before] = nil }
    workers[route] = worker
    routes[worker] = route
    return true
  }

  mutating func forget(_ worker: WorkerID) {
    if let route = routes.removeValue(forKey: worker) { workers[route] = nil }
  }

  /// Forgets the connections of these keys: nothing is sent to them any more.
  mutating func drop(_ keys: [CurveKey]) {
    for worker in routes.keys {
      if case .some(.some(let key)) = owners[worker], keys.contains(key) { forget(worker) }
    }
  }

  static let complaintLimit = 256
  /// Names of gone workers that are kept from others.
  private static let nameLimit = 100_000

  private mutating func forgetOldNames() {
    guard namesInOrder.count > Self.nameLimit else { return }
    let old = namesInOrder.prefix(Self.nameLimit / 2)
    for worker in old where routes[worker] == nil { owners[worker] = nil }
    namesInOrder = namesInOrder.filter { owners[$0] != nil }
  }

  /// Counts a malformed message.
  ///
  /// - Returns: whether to write a line about it: once per peer.
  mutating func complain(about route: Route) -> Bool {
    malformedCount += 1
    guard complainedAbout.count < Self.complaintLimit else { return false }
    return complainedAbout.insert(route).inserted
  }
}
