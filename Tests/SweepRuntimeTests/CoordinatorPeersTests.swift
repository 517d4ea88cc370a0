import Testing
import Trials
import ZeroMQ

@testable import SweepRuntime

@Suite struct CoordinatorPeersTests {
  private let worker = WorkerID("w")!  // Literals that are names.
  private let other = WorkerID("o")!

  @Test func aReconnectIsTheSameWorker() throws {
    var peers = CoordinatorPeers()
    let key = try CurveKeyPair.random().publicKey
    let answers = [[1], [2]].map { peers.introduce(worker, at: $0, key: key) }
    #expect(answers == [.new, .known])
    #expect(peers.worker(at: [1], key: key) == nil && peers.worker(at: [2], key: key) == worker)
    #expect(peers.route(of: worker) == [2])
  }

  @Test func anotherKeyCannotTakeAWorkersPlace() throws {
    var peers = CoordinatorPeers()
    let (key, thief) = (try CurveKeyPair.random().publicKey, try CurveKeyPair.random().publicKey)
    _ = peers.introduce(worker, at: [1], key: key)
    let stolen = peers.introduce(worker, at: [9], key: thief)
    #expect(stolen == .stolen && peers.stolenNameCount == 1 && peers.route(of: worker) == [1])
    // Nor after the worker has gone, nor from its own routing id.
    peers.forget(worker)
    let later = [thief, nil].map { peers.introduce(worker, at: [9], key: $0) }
    #expect(later == [.stolen, .stolen])
    let again = peers.introduce(worker, at: [1], key: key)
    #expect(again == .known)
    #expect(peers.worker(at: [1], key: thief) == nil && peers.worker(at: [1], key: nil) == nil)
  }

  @Test func aNameOfAnEarlierLifeBelongsToItsKey() throws {
    let (key, thief) = (try CurveKeyPair.random().publicKey, try CurveKeyPair.random().publicKey)
    var peers = CoordinatorPeers(owners: [worker: key])
    let answers = [thief, key].map { peers.introduce(worker, at: [1], key: $0) }
    #expect(answers == [.stolen, .known])
  }

  @Test func aRevokedKeysConnectionsAreForgotten() throws {
    var peers = CoordinatorPeers()
    let (key, kept) = (try CurveKeyPair.random().publicKey, try CurveKeyPair.random().publicKey)
    _ = peers.introduce(worker, at: [1], key: key)
    _ = peers.introduce(other, at: [2], key: kept)
    peers.drop([key])
    #expect(peers.route(of: worker) == nil && peers.route(of: other) == [2])
  }

  @Test func withoutKeysNamesCount() {
    var peers = CoordinatorPeers()
    let answers = [[1], [2]].map { peers.introduce(worker, at: $0, key: nil) }
    #expect(answers == [.new, .known] && peers.worker(at: [2], key: nil) == worker)
  }

  @Test func garbageIsCountedAndToldOncePerPeer() {
    var peers = CoordinatorPeers()
    let told = [[1], [1], [2]].map { peers.complain(about: $0) }
    #expect(told == [true, false, true])
    for peer in 0..<1000 { _ = peers.complain(about: [UInt8(peer & 255), UInt8(peer >> 8), 3]) }
    let late = peers.complain(about: [4, 4, 4, 4])
    #expect(!late && peers.malformedCount == 1004, "behind a flood there is no reader")
  }
}
