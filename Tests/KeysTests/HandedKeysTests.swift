import Glibc
import Testing
import ZeroMQ

@testable import Keys

/// Keys that go to a worker's standard input.
@Suite struct HandedKeysTests {
  /// Reads what `text` and then an end of file bring; returns what was left over too.
  private func read(_ text: String) throws -> (keys: HandedKeys, rest: String) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) } == bytes.count)
    close(ends[1])
    let keys = try HandedKeys.read(ends[0])
    var buffer = [UInt8](repeating: 0, count: 100)
    let count = Glibc.read(ends[0], &buffer, buffer.count)
    return (keys, String(decoding: buffer[..<max(0, count)], as: UTF8.self))
  }

  @Test func theyArriveAndNothingFurtherIsRead() throws {
    let (worker, server) = (try CurveKeyPair.random(), try CurveKeyPair.random())
    let handed = HandedKeys(worker: worker, server: server.publicKey)
    let (found, rest) = try read(handed.text + "life line")
    #expect(found.worker == worker && found.server == server.publicKey)
    #expect(rest == "life line")
  }

  @Test func somethingElseIsRefused() throws {
    let (one, other) = (try CurveKeyPair.random(), try CurveKeyPair.random())
    let good = HandedKeys(worker: one, server: other.publicKey).text
    for text in [
      "", "\n", String(good.dropLast()), good.replacing("server", with: "sever"),
      good.replacing(one.publicKey.text, with: other.publicKey.text),
      String(repeating: "x", count: 5000), String(repeating: "x\n", count: 50),
    ] {
      #expect(throws: KeyError.self, "\(text.prefix(20))") { try read(text) }
    }
  }
}
