import Testing

@testable import ZeroMQ

@Suite struct EndpointTests {
  @Test(arguments: [
    "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "tcp://*:5555", "tcp://node-7.example.org:65535",
    "tcp://[::1]:5555",
    "ipc:///tmp/a/b",
  ])
  func acceptsAndKeepsTheText(_ text: String) {
    #expect(Endpoint(text)?.description == text)
  }

  @Test(arguments: [
    "", "tcp://", "tcp://:5555", "tcp://host", "tcp://host:", "tcp://host:65536", "tcp://host:-1",
    "tcp://host:+1",
    "tcp://host:1x", "tcp://::1:5555", "udp://host:1", "ipc://", "host:5555", "inproc://a",
  ])
  func refuses(_ text: String) {
    #expect(Endpoint(text) == nil)
  }

  @Test(arguments: [
    ("tcp://127.0.0.1:1", true), ("tcp://127.3.2.1:*", true), ("tcp://localhost:1", true),
    ("tcp://[::1]:1", true),
    ("ipc:///tmp/a", true), ("tcp://0.0.0.0:1", false), ("tcp://*:1", false),
    ("tcp://127.0.0.1.example.org:1", false),
    ("tcp://127.example.a.b:1", false), ("tcp://192.168.0.1:1", false), ("tcp://[::]:1", false),
  ])
  func tellsLoopback(_ text: String, _ expected: Bool) throws {
    #expect(try #require(Endpoint(text)).isLoopback == expected)
  }

  @Test func replacesThePort() throws {
    #expect(try #require(Endpoint("tcp://[::1]:*")).withPort(7).description == "tcp://[::1]:7")
    #expect(try #require(Endpoint("tcp://a.b:9")).port == 9)
    #expect(try #require(Endpoint("tcp://a.b:*")).port == nil)
  }
}
