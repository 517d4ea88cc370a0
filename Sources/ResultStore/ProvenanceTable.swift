import HDF5
import Trials

/// `/provenance`: one row per attempt, one column per property, along the scale `attempt`.
enum ProvenanceTable {
  static func write(_ attempts: [AttemptRecord], in group: Group) throws {
    try group.setAttribute("hdf5_version", HDF5Library.version)
    try group.setAttribute("hdf5_threadsafe", Int8(HDF5Library.isThreadSafe ? 1 : 0))
    try group.setAttribute("peak_memory_mib", attempts.compactMap(\.peakMemoryMiB).max() ?? .nan)
    let scale = try group.createDataset(
      "attempt", shape: [attempts.count], values: attempts.map { Int32(clamping: $0.number) },
      storage: TensorGroups.storage)
    try scale.makeScale()
    @discardableResult
    func column<Element: HDF5Scalar>(
      _ name: String, _ value: (AttemptRecord) -> Element
    ) throws -> Dataset {
      let dataset = try group.createDataset(
        name, shape: [attempts.count], values: attempts.map(value), storage: TensorGroups.storage)
      try dataset.attach(scale, toAxis: 0)
      return dataset
    }
    try column("token") { $0.token.description }
    try column("worker") { $0.worker }
    try column("host") { $0.host }
    try column("cpu") { $0.cpu }
    try column("blas") { $0.blas }
    try column("threads") { Int32(clamping: $0.threads) }
    try column("started") { UTCTime.text(unixSeconds: $0.startedUnixSeconds) }
    try column("ended") { $0.endedUnixSeconds.map(UTCTime.text(unixSeconds:)) ?? "" }
    try column("cause") { $0.cause?.text ?? "" }
    try column("first_epoch") { Int32(clamping: $0.firstEpoch) }
    try column("last_epoch") { Int32(clamping: $0.lastEpoch) }
    try ColumnDescription("peak_memory_mib", units: "MiB", "peak resident memory of the child")
      .describe(column("peak_memory_mib") { $0.peakMemoryMiB ?? .nan })
    try column("message") { $0.message }
  }

  static func read(_ group: Group, path: String) throws -> [AttemptRecord] {
    let numbers = try column("attempt", of: group, Int32.self)
    func values<Element: HDF5Scalar>(_ name: String, _ type: Element.Type) throws -> [Element] {
      let values = try column(name, of: group, type)
      guard values.count == numbers.count else {
        throw ResultStoreError(
          .damaged, path, "/provenance/\(name) has \(values.count) rows, /provenance/attempt \(numbers.count)"
        )
      }
      return values
    }
    func unreadable(_ name: String, _ text: String) -> ResultStoreError {
      ResultStoreError(.damaged, path, "/provenance/\(name) holds '\(text)', which cannot be read")
    }
    let tokens = try values("token", String.self)
    let workers = try values("worker", String.self)
    let hosts = try values("host", String.self)
    let cpus = try values("cpu", String.self)
    let blas = try values("blas", String.self)
    let threads = try values("threads", Int32.self)
    let starts = try values("started", String.self)
    let ends = try values("ended", String.self)
    let causes = try values("cause", String.self)
    let firstEpochs = try values("first_epoch", Int32.self)
    let lastEpochs = try values("last_epoch", Int32.self)
    let peaks = try values("peak_memory_mib", Double.self)
    let messages = try values("message", String.self)
    return try numbers.indices.map { row in
      guard let token = FencingToken(tokens[row]) else { throw unreadable("token", tokens[row]) }
      guard let started = UTCTime.unixSeconds(of: starts[row]) else {
        throw unreadable("started", starts[row])
      }
      let ended = UTCTime.unixSeconds(of: ends[row])
      guard ended != nil || ends[row].isEmpty else { throw unreadable("ended", ends[row]) }
      let cause = EndCause(text: causes[row])
      guard cause != nil || causes[row].isEmpty else { throw unreadable("cause", causes[row]) }
      return AttemptRecord(
        number: Int(numbers[row]), token: token, worker: workers[row], host: hosts[row], cpu: cpus[row],
        blas: blas[row], threads: Int(threads[row]), startedUnixSeconds: started, endedUnixSeconds: ended,
        cause: cause, firstEpoch: Int(firstEpochs[row]), lastEpoch: Int(lastEpochs[row]),
        peakMemoryMiB: peaks[row].isNaN ? nil : peaks[row], message: messages[row])
    }
  }

  private static func column<Element: HDF5Scalar>(
    _ name: String, of group: Group, _ type: Element.Type
  ) throws -> [Element] {
    try group.dataset(name).read(as: type)
  }
}
