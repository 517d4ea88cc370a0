import Glibc
import ZeroMQ

/// The keys of one worker as they are handed to its standard input: three lines and an empty one. They never touch a
/// disk or a command line of the other machine.
public struct HandedKeys: Sendable {
  public let worker: CurveKeyPair
  /// The coordinator's public key.
  public let server: CurveKey

  public init(worker: CurveKeyPair, server: CurveKey) {
    self.worker = worker
    self.server = server
  }

  /// Of a folder of keys.
  ///
  /// - Throws: `KeyError` when one is missing, wrong, or can be read by others.
  public init(of folder: KeyFolder) throws(KeyError) {
    self.init(worker: try folder.workerPair(nil), server: try folder.publicKey(.server))
  }

  public var text: String {
    "server \(server.text)\npublic \(worker.publicKey.text)\nsecret \(worker.secretKey.text)\n\n"
  }

  /// Reads them up to the empty line and no byte further.
  ///
  /// - Throws: `KeyError` where what comes is something else.
  public static func read(_ descriptor: Int32) throws(KeyError) -> HandedKeys {
    let source = "standard input"
    var text: [UInt8] = []
    var (lineLength, lineCount) = (0, 0)
    while true {
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1, lineLength < 200, lineCount < 8 else {
        throw KeyError(source, "ended before the keys, or held none: 'igr launch' writes them there")
      }
      if byte == 0x0A, lineLength == 0 { break }
      text.append(byte)
      (lineLength, lineCount) = byte == 0x0A ? (0, lineCount + 1) : (lineLength + 1, lineCount)
    }
    let lines = KeyLines(String(decoding: text, as: UTF8.self))
    guard let server = lines.key("server"), let pair = lines.pair else {
      throw KeyError(source, "held no keys: 'igr launch' writes them there")
    }
    guard pair.isConsistent else {
      throw KeyError(source, "its public and its secret half do not belong together")
    }
    return HandedKeys(worker: pair, server: server)
  }
}
