import Glibc
import Testing

@testable import ZeroMQ

@Suite struct SocketTests {
  let context: Context
  let anyPort: Endpoint

  init() throws {
    context = try Context()
    anyPort = try #require(Endpoint("tcp://127.0.0.1:*"))
  }

  /// The next message, waited for; fails after a time that no healthy machine needs.
  private func next(_ socket: Socket) throws -> [[UInt8]] {
    var poller = Poller([Poller.Item(socket)])
    try #require(try poller.wait(timeout: .seconds(30)))
    return try #require(try socket.receive())
  }

  private func connected(
    mandatory: Bool = true, _ options: Socket.Options = Socket.Options(linger: .zero)
  ) throws -> (router: Socket, dealer: Socket) {
    let router = try Socket(.router(mandatory: mandatory), in: context, options: options)
    let bound = try router.bind(anyPort)
    #expect(bound.port != nil)
    let dealer = try Socket(.dealer, in: context, options: options)
    try dealer.connect(bound)
    return (router, dealer)
  }

  @Test func carriesFramesBothWays() throws {
    let (router, dealer) = try connected()
    #expect(try dealer.send([[1, 2, 3], [], [9]]) == .sent)
    let received = try next(router)
    #expect(received.count == 4 && Array(received[1...]) == [[1, 2, 3], [], [9]])
    #expect(try router.send([received[0], [7]]) == .sent)
    #expect(try next(dealer) == [[7]])
  }

  @Test func tellsThatNothingIsThere() throws {
    let (router, dealer) = try connected()
    #expect(try router.receive() == nil)
    #expect(try dealer.receive() == nil)
    var poller = Poller([Poller.Item(router)])
    #expect(try poller.wait(timeout: .zero) == false)
  }

  @Test func tellsThatAPeerIsUnknown() throws {
    let (router, _) = try connected()
    #expect(try router.send([[1, 2, 3, 4, 5], [7]]) == .unroutable)
  }

  @Test func swallowsForUnknownPeersWhenNotMandatory() throws {
    let (router, _) = try connected(mandatory: false)
    #expect(try router.send([[1, 2, 3, 4, 5], [7]]) == .sent)
  }

  @Test func wouldBlockWithoutAConnection() throws {
    let dealer = try Socket(
      .dealer, in: context, options: Socket.Options(linger: .zero, queuesOnlyForConnections: true))
    try dealer.connect(try #require(Endpoint("tcp://127.0.0.1:1")))
    #expect(try dealer.send([[1]]) == .wouldBlock)
  }

  @Test func wouldBlockWhenTheQueueIsFull() throws {
    let (router, dealer) = try connected(Socket.Options(linger: .zero, sendQueue: 2, receiveQueue: 2))
    #expect(try dealer.send([[0]]) == .sent)
    let peer = try next(router)[0]
    let large = [UInt8](repeating: 1, count: 1 << 20)
    var sent = 0
    while try router.send([peer, large]) == .sent {
      sent += 1
      try #require(sent < 1000)
    }
    #expect(sent >= 2)
  }

  @Test func namesThePortInUse() throws {
    let first = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    let bound = try first.bind(anyPort)
    let second = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    let error = try #require(throws: ZeroMQError.self) { try second.bind(bound) }
    #expect(error.code == .addressInUse)
    #expect(error.description.contains(bound.description) && error.description.contains("zmq_bind"))
  }

  /// Needs an IPv6 loopback interface, which containers may lack.
  @Test func bindsToIPv6() throws {
    let router = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    let loopback = try #require(Endpoint("tcp://[::1]:*"))
    do throws(ZeroMQError) {
      let bound = try router.bind(loopback)
      #expect(bound.port != nil && bound.isLoopback)
    } catch {
      #expect(error.code == .addressNotAvailable)
    }
  }

  @Test func freesThePortWhenClosed() throws {
    let first = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    let bound = try first.bind(anyPort)
    first.close()
    first.close()
    // libzmq's background thread gives the port back soon after, and tells nobody.
    let second = try Socket(.router(mandatory: true), in: context, options: Socket.Options(linger: .zero))
    while true {
      do throws(ZeroMQError) {
        try second.bind(bound)
        return
      } catch {
        guard error.code == .addressInUse else { throw error }
        sched_yield()
      }
    }
  }

  @Test func refusesMoreFramesThanAllowedAndGoesOn() throws {
    let (router, dealer) = try connected(Socket.Options(linger: .zero, maximumFrames: 3))
    #expect(try dealer.send([[1], [2], [3], [4]]) == .sent)
    #expect(try dealer.send([[5]]) == .sent)
    let error = try #require(throws: ZeroMQError.self) { try next(router) }
    #expect(error.code == .oversized)
    #expect(try next(router).last == [5])
  }

  @Test func disconnectsAPeerThatSendsALargerFrame() throws {
    let router = try Socket(
      .router(mandatory: true), in: context, options: Socket.Options(linger: .zero, maximumFrameBytes: 100))
    let bound = try router.bind(anyPort)
    let rude = try Socket(.dealer, in: context, options: Socket.Options(linger: .zero))
    try rude.connect(bound)
    #expect(try rude.send([[UInt8](repeating: 0, count: 101)]) == .sent)
    let polite = try Socket(.dealer, in: context, options: Socket.Options(linger: .zero))
    try polite.connect(bound)
    #expect(try polite.send([[UInt8](repeating: 7, count: 100)]) == .sent)
    #expect(try next(router)[1] == [UInt8](repeating: 7, count: 100))
    #expect(try router.receive() == nil)
  }

  @Test func watchesFileDescriptorsBesideSockets() throws {
    let (router, _) = try connected()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    var poller = Poller([Poller.Item(router), Poller.Item(fileDescriptor: ends[0])])
    #expect(try poller.wait(timeout: .zero) == false)
    #expect(write(ends[1], "x", 1) == 1)
    #expect(try poller.wait(timeout: nil))
    #expect(!poller.items[0].isReadable && poller.items[1].isReadable)
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 1)
    close(ends[1])
    #expect(try poller.wait(timeout: nil))
    #expect(poller.items[1].isReadable, "the end of a pipe is something to read")
  }

  @Test func shutdownEndsEveryCall() throws {
    let (router, dealer) = try connected()
    context.shutdown()
    for call in [{ _ = try router.receive() }, { _ = try dealer.send([[1]]) }] as [() throws -> Void] {
      #expect(try #require(throws: ZeroMQError.self) { try call() }.code == .shutDown)
    }
    var poller = Poller([Poller.Item(router)])
    #expect(try #require(throws: ZeroMQError.self) { try poller.wait(timeout: nil) }.code == .shutDown)
  }

  @Test(arguments: [
    (Duration.zero, Int32(0)), (.microseconds(1), 1), (.milliseconds(1), 1), (.seconds(600), 600_000),
    (.seconds(-1), 0), (.seconds(Int64.max), .max),
  ])
  func roundsTimesUp(_ time: Duration, _ milliseconds: Int32) {
    #expect(time.milliseconds == milliseconds)
  }
}
