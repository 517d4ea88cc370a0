import Trials
import ZeroMQ

/// Which connection belongs to which worker. A worker is known by the name in its `hello` and the key it came with, so
/// that a reconnect under a new routing id is neither ignored nor another worker, and nobody with another key can take
/// its place.
struct CoordinatorPeers {
  typealias Route = [UInt8]

  private var workers: [Route: WorkerID] = [:]
  private var routes: [WorkerID: Route] = [:]
  /// Whose name it is, for as long as the ledger lives; nil where there are no keys.
  private var owners: [WorkerID: CurveKey?] = [:]
  private var namesInOrder: [WorkerID] = []
  /// Peers that sent garbage and were named in the log. Bounded: behind a flood there is no reader.
  private var complainedAbout: Set<Route> = []
  private(set) var malformedCount = 0
  private(set) var stolenNameCount = 0

  /// What became of a `hello`.
  enum Introduction: Hashable {
    /// Nobody has used the name before.
    case new
    case known
    /// Another key has introduced a worker of this name: nothing changes.
    case stolen
  }

  /// - Parameter owners: whose names the lives of the coordinator before this one gave out.
  init(owners: [WorkerID: CurveKey] = [:]) {
    self.owners = owners.mapValues { .some($0) }
    namesInOrder = owners.keys.sorted()
  }

  /// The worker that speaks from `route` with this key.
  func worker(at route: Route, key: CurveKey?) -> WorkerID? {
    guard let worker = workers[route], owners[worker] == .some(key) else { return nil }
    return worker
  }

  func route(of worker: WorkerID) -> Route? { routes[worker] }

  mutating func introduce(_ worker: WorkerID, at route: Route, key: CurveKey?) -> Introduction {
    var introduction = Introduction.known
    if let owner = owners[worker] {
      guard owner == key else {
        stolenNameCount += 1
        return .stolen
      }
    } else {
      introduction = .new
      owners[worker] = .some(key)
      namesInOrder.append(worker)
      forgetOldNames()
    }
    if let before = routes[worker] { workers[before] = nil }
    if let before = workers[route] { routes[before] = nil }
    workers[route] = worker
    routes[worker] = route
    return introduction
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
