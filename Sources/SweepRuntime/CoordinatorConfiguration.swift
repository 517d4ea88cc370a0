import Keys
import ResultStore
import Scheduling
import WireProtocol
import ZeroMQ

/// How a coordinator is to run.
public struct CoordinatorConfiguration: Sendable {
  /// The results folder; it exists.
  public var paths: RunPaths
  public var bind: Endpoint
  /// The host by which other machines reach this one, where `bind` is every address of it; nil: as it is bound.
  public var advertisedHost: String?
  /// Where the coordinator before this one was bound: taken again where `bind` leaves the port open.
  public var formerEndpoint: Endpoint?
  /// Allows a loopback endpoint without keys.
  public var allowsInsecureLoopback: Bool
  /// The coordinator's key and the list of keys that may connect; nil: no keys, which only loopback may have.
  public var keys: KeyFolder?
  /// Written, by rename, once the socket is bound; holds the endpoint.
  public var endpointFile: String?
  /// Readable with an end of file when whoever started this coordinator is gone. The descriptor stays the caller's.
  public var parentDescriptor: Int32?
  /// Ends in good order on SIGTERM and SIGINT. One service per process may do so.
  public var handlesSignals: Bool
  public var limits: CoordinatorState.Limits
  /// Bytes of a file that travel in one message, from 4 KiB to 1 MiB.
  public var pieceBytes: Int
  /// Where the files of data sets lie, for workers that lack them; nil gives none.
  public var datasets: (any DatasetSource)?
  public var heartbeat: Duration
  /// How long workers go on without a word of the coordinator.
  public var patience: Duration
  /// How long a stopped coordinator waits for its workers to give their leases back: their grace time and a little.
  public var drain: Duration
  /// How long a coordinator whose sweep is over waits for its workers to say goodbye.
  public var farewell: Duration
  public var logFormat: LogFormat

  public init(
    paths: RunPaths, bind: Endpoint, formerEndpoint: Endpoint? = nil, allowsInsecureLoopback: Bool = false,
    keys: KeyFolder? = nil,
    endpointFile: String? = nil, parentDescriptor: Int32? = nil, handlesSignals: Bool = false,
    limits: CoordinatorState.Limits = CoordinatorState.Limits(), pieceBytes: Int = WireFormat.pieceLimit,
    datasets: (any DatasetSource)? = nil, advertisedHost: String? = nil, heartbeat: Duration = .seconds(2),
    patience: Duration = .seconds(600), drain: Duration = .seconds(22), farewell: Duration = .seconds(2),
    logFormat: LogFormat = .text
  ) {
    self.paths = paths
    self.bind = bind
    self.advertisedHost = advertisedHost
    self.formerEndpoint = formerEndpoint
    self.allowsInsecureLoopback = allowsInsecureLoopback
    self.keys = keys
    self.endpointFile = endpointFile
    self.parentDescriptor = parentDescriptor
    self.handlesSignals = handlesSignals
    precondition((4096...WireFormat.pieceLimit).contains(pieceBytes))
    self.limits = limits
    self.pieceBytes = pieceBytes
    self.datasets = datasets
    self.heartbeat = heartbeat
    self.patience = patience
    self.drain = drain
    self.farewell = farewell
    self.logFormat = logFormat
  }
}

/// How a coordinator ended.
public enum CoordinatorOutcome: Hashable, Sendable {
  /// Every trial has a verified result.
  case completed
  /// Every trial is in a final state, and this many without a result.
  case unfinished(Int)
  /// Asked to stop; the sweep can be resumed.
  case interrupted
  /// A newer coordinator has claimed the folder.
  case superseded
}

/// Why a coordinator could not run. The message says what happened and what to do.
public struct CoordinatorError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// What was asked for is not allowed or not there yet.
    case refused
    /// The machine refused: a port, a disk.
    case environment
  }

  public let code: Code
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
