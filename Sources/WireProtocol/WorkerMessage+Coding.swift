import Trials

extension WorkerMessage {
  private enum Kind: UInt8 {
    case hello = 1
    case requestTrial, heartbeat, attemptStarted, epochMeasured, checkpointWritten, attemptEnded, goodbye
    case checkpointOffered, pieceWanted, piece, datasetWanted
  }

  private var kind: Kind {
    switch self {
    case .hello: .hello
    case .requestTrial: .requestTrial
    case .heartbeat: .heartbeat
    case .attemptStarted: .attemptStarted
    case .epochMeasured: .epochMeasured
    case .checkpointWritten: .checkpointWritten
    case .attemptEnded: .attemptEnded
    case .goodbye: .goodbye
    case .checkpointOffered: .checkpointOffered
    case .pieceWanted: .pieceWanted
    case .piece: .piece
    case .datasetWanted: .datasetWanted
    }
  }

  /// One payload frame (docs/design/0001-wire-protocol.md). Texts for people are cut where they are too long.
  ///
  /// - Throws: `WireError.oversized` for more than a payload or a field may hold.
  public func encoded() throws(WireError) -> [UInt8] {
    var writer = WireWriter(type: kind.rawValue)
    switch self {
    case .hello(let introduction): try writer.introduction(introduction)
    case .requestTrial, .goodbye: break
    case .heartbeat(let leases):
      try writer.list(leases, limit: WireFormat.CountLimit.leases, "the list of leases") {
        (writer, progress) throws(WireError) in
        try writer.lease(progress.lease)
        writer.integer(progress.epoch)
        writer.integer(progress.step)
      }
    case .attemptStarted(let lease): try writer.lease(lease)
    case .epochMeasured(let lease, let report):
      try writer.lease(lease)
      writer.integer(report.epoch)
      writer.real(report.imagesPerSecond)
      let metrics = report.metrics.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      try writer.list(metrics, limit: WireFormat.CountLimit.metrics, "the list of metrics") {
        (writer, metric) throws(WireError) in
        try writer.text(metric.key, limit: WireFormat.TextLimit.name, "a metric's name")
        writer.real(metric.value)
      }
    case .checkpointWritten(let lease, let epoch, let step):
      try writer.lease(lease)
      writer.integer(epoch)
      writer.integer(step)
    case .attemptEnded(let lease, let end):
      try writer.lease(lease)
      try writer.end(end)
    case .checkpointOffered(let lease, let checkpoint):
      try writer.lease(lease)
      try writer.checkpoint(checkpoint)
    case .pieceWanted(let file, let range):
      try writer.wanted(file)
      writer.range(range)
    case .piece(let piece): try writer.piece(piece)
    case .datasetWanted(let dataset): try writer.dataset(dataset)
    }
    return try writer.finish()
  }

  /// Reads one payload frame.
  ///
  /// - Throws: `WireError` for everything that `encoded` does not write; never traps, and allocates no more than a
  ///   small multiple of the payload.
  public init(decoding payload: [UInt8]) throws(WireError) {
    var reader = try WireReader(payload)
    try reader.requireOurVersion()
    guard let kind = Kind(rawValue: reader.type) else {
      throw .malformed("unknown worker message type \(reader.type)")
    }
    switch kind {
    case .hello: self = .hello(try reader.introduction())
    case .requestTrial: self = .requestTrial
    case .heartbeat:
      self = .heartbeat(
        try reader.list(limit: WireFormat.CountLimit.leases, "the list of leases") {
          (reader) throws(WireError) in
          LeaseProgress(lease: try reader.lease(), epoch: try reader.integer(), step: try reader.integer())
        })
    case .attemptStarted: self = .attemptStarted(try reader.lease())
    case .epochMeasured: self = .epochMeasured(try reader.lease(), try reader.epochReport())
    case .checkpointWritten:
      self = .checkpointWritten(
        try reader.lease(), epoch: try reader.integer(), step: try reader.integer())
    case .attemptEnded: self = .attemptEnded(try reader.lease(), try reader.end())
    case .goodbye: self = .goodbye
    case .checkpointOffered: self = .checkpointOffered(try reader.lease(), try reader.checkpoint())
    case .pieceWanted: self = .pieceWanted(try reader.wanted(), try reader.range())
    case .piece: self = .piece(try reader.piece())
    case .datasetWanted: self = .datasetWanted(try reader.dataset())
    }
    try reader.finish()
  }
}

extension WireWriter {
  fileprivate mutating func introduction(_ value: WorkerIntroduction) throws(WireError) {
    try text(value.worker.description, limit: WireFormat.TextLimit.name, "a worker's name")
    try line(value.host)
    number(value.processID)
    integer(value.slots)
    try line(value.cpu)
    try line(value.blas)
    integer(value.engineResultVersion)
    try list(value.held, limit: WireFormat.CountLimit.leases, "the list of leases") {
      (writer, lease) throws(WireError) in try writer.lease(lease)
    }
    try text(value.program, limit: WireFormat.TextLimit.name, "a version")
    try text(value.architecture, limit: WireFormat.TextLimit.name, "an architecture")
    try line(value.cpuFeatures)
    flag(value.sharesResults)
    try list(value.datasets, limit: WireFormat.CountLimit.datasets, "the list of data sets") {
      (writer, dataset) throws(WireError) in try writer.dataset(dataset)
    }
  }

  fileprivate mutating func wanted(_ file: WantedFile) throws(WireError) {
    switch file {
    case .checkpoint(let trial, let sha256):
      number(UInt8(0))
      try text(trial.description, limit: WireFormat.TextLimit.name, "a trial id")
      try digest(sha256)
    case .dataset(let name, let file, let sha256):
      number(UInt8(1))
      try text(name, limit: WireFormat.TextLimit.line, "a data set's name")
      try text(file, limit: WireFormat.TextLimit.line, "a file's name")
      try digest(sha256)
    }
  }

  fileprivate mutating func end(_ end: AttemptEnd) throws(WireError) {
    try cause(end.cause)
    try line(end.message)
    integer(end.firstEpoch)
    integer(end.lastEpoch)
    try optional(end.lastStep) { (writer, value) throws(WireError) in writer.integer(value) }
    try optional(end.peakMemoryMiB) { (writer, value) throws(WireError) in writer.real(value) }
    try optional(end.result) { (writer, result) throws(WireError) in
      try writer.claim(result)
    }
    try list(
      end.logTail.suffix(WireFormat.CountLimit.logLines), limit: WireFormat.CountLimit.logLines,
      "the log's tail"
    ) { (writer, line) throws(WireError) in try writer.line(line) }
  }
}

extension WireReader {
  fileprivate mutating func introduction() throws(WireError) -> WorkerIntroduction {
    let name = try text(limit: WireFormat.TextLimit.name, "a worker's name")
    guard let worker = WorkerID(name) else { throw malformed("not a worker's name") }
    return WorkerIntroduction(
      worker: worker, host: try line(), processID: try number(Int32.self), slots: try integer(),
      cpu: try line(), blas: try line(), engineResultVersion: try integer(),
      held: try list(limit: WireFormat.CountLimit.leases, "the list of leases") {
        (reader) throws(WireError) in try reader.lease()
      },
      program: try text(limit: WireFormat.TextLimit.name, "a version"),
      architecture: try text(limit: WireFormat.TextLimit.name, "an architecture"), cpuFeatures: try line(),
      sharesResults: try flag(),
      datasets: try list(limit: WireFormat.CountLimit.datasets, "the list of data sets") {
        (reader) throws(WireError) in try reader.dataset()
      })
  }

  fileprivate mutating func wanted() throws(WireError) -> WantedFile {
    switch try number(UInt8.self) {
    case 0: return .checkpoint(try trialID(), sha256: try digest())
    case 1:
      return .dataset(
        try text(limit: WireFormat.TextLimit.line, "a data set's name"),
        file: try text(limit: WireFormat.TextLimit.line, "a file's name"), sha256: try digest())
    case let other: throw malformed("unknown kind of file \(other)")
    }
  }

  fileprivate mutating func epochReport() throws(WireError) -> EpochReport {
    let epoch = try integer()
    let imagesPerSecond = try real()
    var last: String?
    var metrics: [String: Double] = [:]
    let pairs = try list(limit: WireFormat.CountLimit.metrics, "the list of metrics") {
      (reader) throws(WireError) in
      (try reader.text(limit: WireFormat.TextLimit.name, "a metric's name"), try reader.real())
    }
    for (name, value) in pairs {
      if let last, !last.utf8.lexicographicallyPrecedes(name.utf8) {
        throw malformed("metrics are not in the order of their names")
      }
      // Names that differ in bytes can be equal as texts.
      guard metrics.updateValue(value, forKey: name) == nil else {
        throw malformed("a metric is given twice")
      }
      last = name
    }
    return EpochReport(epoch: epoch, imagesPerSecond: imagesPerSecond, metrics: metrics)
  }

  fileprivate mutating func end() throws(WireError) -> AttemptEnd {
    AttemptEnd(
      cause: try cause(), message: try line(), firstEpoch: try integer(), lastEpoch: try integer(),
      lastStep: try optional { (reader) throws(WireError) in try reader.integer() },
      peakMemoryMiB: try optional { (reader) throws(WireError) in try reader.real() },
      result: try optional { (reader) throws(WireError) in
        try reader.claim()
      },
      logTail: try list(limit: WireFormat.CountLimit.logLines, "the log's tail") {
        (reader) throws(WireError) in try reader.line()
      })
  }
}
