/// Names one lease for ever: tokens of one results folder only grow, so that a late word of an old lease is known
/// as such ("fencing").
public struct FencingToken: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The life of the coordinator that gave the lease, from 1.
  public let coordinatorEpoch: UInt32
  /// Counts the leases of that life, from 1.
  public let counter: UInt64

  public init(coordinatorEpoch: UInt32, counter: UInt64) {
    self.coordinatorEpoch = coordinatorEpoch
    self.counter = counter
  }

  public static func < (a: FencingToken, b: FencingToken) -> Bool {
    (a.coordinatorEpoch, a.counter) < (b.coordinatorEpoch, b.counter)
  }

  /// `epoch-counter`, safe in a file name. `init(_:)` reads it back.
  public var description: String { "\(coordinatorEpoch)-\(counter)" }

  public init?(_ description: String) {
    guard let hyphen = description.utf8.firstIndex(of: UInt8(ascii: "-")),
      let epoch = Self.number(description.utf8[..<hyphen]), let epoch = UInt32(exactly: epoch),
      let counter = Self.number(description.utf8[description.utf8.index(after: hyphen)...])
    else { return nil }
    self.init(coordinatorEpoch: epoch, counter: counter)
  }

  /// One text per number, and so one per token: "+1-02" would be a second file name for the same lease.
  private static func number(_ digits: Substring.UTF8View) -> UInt64? {
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
    var number: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = shifted.addingReportingOverflow(UInt64(digit - 0x30))
      guard !isTooLarge, !overflows else { return nil }
      number = sum
    }
    return number
  }
}

/// A worker's own name for one life of its process: random, 128 bits as 32 hexadecimal digits. Not its network
/// address, so that a reconnect is neither ignored nor able to steal another's place.
public struct WorkerID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let description: String

  /// - Returns: nil unless `text` is 1 to 64 characters of `[0-9a-zA-Z._-]`.
  public init?(_ text: String) {
    guard (1...64).contains(text.utf8.count),
      text.utf8.allSatisfy({ byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == 0x2D || byte == 0x2E || byte == 0x5F
      })
    else { return nil }
    description = text
  }

  public static func random() -> WorkerID {
    var text = ""
    for _ in 0..<4 {
      let digits = String(UInt32.random(in: .min ... .max), radix: 16)
      text += String(repeating: "0", count: 8 - digits.count) + digits
    }
    return WorkerID(text)!  // 32 hexadecimal digits always pass the check above.
  }

  public static func < (a: WorkerID, b: WorkerID) -> Bool { a.description < b.description }
}

/// What the ledger and the trial file keep of one attempt.
public struct AttemptRecord: Hashable, Sendable {
  public var number: Int
  public var token: FencingToken
  public var worker: String
  public var host: String
  public var cpu: String
  public var blas: String
  public var threads: Int
  /// Seconds since 1970-01-01 UTC.
  public var startedUnixSeconds: Double
  /// Nil while it runs.
  public var endedUnixSeconds: Double?
  /// Nil while it runs.
  public var cause: EndCause?
  /// The training epoch the attempt began in and the last one it finished.
  public var firstEpoch: Int
  public var lastEpoch: Int
  /// Peak resident memory of the child in MiB, where known.
  public var peakMemoryMiB: Double?
  /// One line for a person: what went wrong, with the file or the step. Empty on success.
  public var message: String

  public init(
    number: Int, token: FencingToken, worker: String, host: String, cpu: String = "", blas: String = "",
    threads: Int = 1, startedUnixSeconds: Double, endedUnixSeconds: Double? = nil, cause: EndCause? = nil,
    firstEpoch: Int = 0, lastEpoch: Int = 0, peakMemoryMiB: Double? = nil, message: String = ""
  ) {
    self.number = number
    self.token = token
    self.worker = worker
    self.host = host
    self.cpu = cpu
    self.blas = blas
    self.threads = threads
    self.startedUnixSeconds = startedUnixSeconds
    self.endedUnixSeconds = endedUnixSeconds
    self.cause = cause
    self.firstEpoch = firstEpoch
    self.lastEpoch = lastEpoch
    self.peakMemoryMiB = peakMemoryMiB
    self.message = message
  }
}
