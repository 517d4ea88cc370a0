import Glibc
import Synchronization
import Threads
import Trials
import WireProtocol

/// What a worker's machine has of data sets.
public protocol DatasetPlaces: Sendable {
  /// The digest of the images at hand; may read whole files. Nil where files are missing.
  ///
  /// - Throws: an error that says what is wrong with files that are there.
  func digest(of dataset: String) throws -> String?

  /// Where a file of the data set belongs; nil where none may be put. Its folder is made.
  func place(of file: String, in dataset: String) -> String?
}

/// Which data sets of the sweep this worker has, and which it has to fetch before it can ask for trials.
///
/// A value: what was found out goes in, what to do next comes out.
struct WorkerDatasets {
  enum Step: Hashable {
    /// Nothing, for now.
    case wait
    /// Everything is there.
    case ready
    /// Find out what is there of these.
    case examine([String])
    /// Ask the coordinator for the files of this one.
    case ask(HeldDataset)
    case fetch(HeldDataset, DatasetFileClaim)
    case end(reason: String)
  }

  private enum Phase: Hashable {
    case idle
    case examining
    case asking(HeldDataset)
    case fetching(HeldDataset, rest: [DatasetFileClaim])
  }

  private var needed: [HeldDataset] = []
  /// By name; nil where it is missing.
  private var found: [String: String?] = [:]
  /// Fetched once: a second time would give nothing else.
  private var fetched: Set<String> = []
  private var phase = Phase.idle

  /// Those of the sweep's data sets that are there, whatever their digests.
  var held: [HeldDataset] {
    needed.compactMap { dataset in
      found[dataset.name].flatMap { $0 }.map { HeldDataset(name: dataset.name, digest: $0) }
    }
  }

  /// The coordinator has said what the sweep trains on.
  mutating func welcomed(_ datasets: [HeldDataset]) -> Step {
    needed = datasets
    switch phase {
    case .idle: return next()
    case .examining: return .wait
    // A coordinator that was restarted has forgotten the question.
    case .asking(let dataset): return .ask(dataset)
    case .fetching: return .wait
    }
  }

  mutating func examined(_ results: [String: Result<String?, DatasetProblem>]) -> Step {
    phase = .idle
    for (name, result) in results {
      switch result {
      case .success(let digest): found[name] = .some(digest)
      case .failure(let problem):
        return .end(reason: "the data set \(name) of this machine cannot be used: \(problem)")
      }
    }
    for dataset in needed where fetched.contains(dataset.name) {
      let digest = found[dataset.name].flatMap { $0 }
      guard digest != dataset.digest else { continue }
      return .end(
        reason: "the data set \(dataset.name) was fetched and has digest \(digest ?? "none"), the sweep needs"
          + " \(dataset.digest)")
    }
    return next()
  }

  mutating func answered(_ dataset: HeldDataset, _ files: [DatasetFileClaim]) -> Step {
    guard phase == .asking(dataset) else { return .wait }
    guard let first = files.first else {
      return .end(
        reason:
          "this machine lacks the data set \(dataset.name), and the coordinator cannot give it either: run"
          + " 'igr data fetch' on one of them")
    }
    phase = .fetching(dataset, rest: Array(files.dropFirst()))
    return .fetch(dataset, first)
  }

  mutating func fileFetched(failure: String?) -> Step {
    guard case .fetching(let dataset, var rest) = phase else { return .wait }
    if let failure { return .end(reason: failure) }
    guard !rest.isEmpty else {
      fetched.insert(dataset.name)
      phase = .examining
      return .examine([dataset.name])
    }
    let file = rest.removeFirst()
    phase = .fetching(dataset, rest: rest)
    return .fetch(dataset, file)
  }

  /// The question again, for as long as it is not answered.
  var openQuestion: HeldDataset? { if case .asking(let dataset) = phase { dataset } else { nil } }

  private mutating func next() -> Step {
    let unknown = needed.map(\.name).filter { found[$0] == nil }
    if !unknown.isEmpty {
      phase = .examining
      return .examine(unknown)
    }
    if let missing = needed.first(where: { found[$0.name] == .some(nil) }) {
      phase = .asking(missing)
      return .ask(missing)
    }
    return .ready
  }
}

/// What is wrong with a data set, in words.
struct DatasetProblem: Error, Hashable, CustomStringConvertible {
  let description: String
}

/// Finds out on a thread of its own what is there: reading files may take longer than a coordinator waits for a sign of
/// life.
final class DatasetExamination: Sendable {
  typealias Findings = [String: Result<String?, DatasetProblem>]

  /// Readable when it is over.
  let fileDescriptor: Int32
  private let writeEnd: Int32
  private let findings = Mutex<Findings?>(nil)

  /// - Throws: `ChildProcessError` when the process has no file descriptors or threads left.
  init(_ names: [String], in places: any DatasetPlaces) throws(ChildProcessError) {
    guard let ends = ChildPipe.ends() else {
      throw ChildProcessError(path: "the check of data sets", reason: systemReason(errno))
    }
    (fileDescriptor, writeEnd) = (ends.read, ends.write)
    do {
      try SystemThread { [self] in examine(names, in: places) }.detach()
    } catch {
      throw ChildProcessError(path: "the check of data sets", reason: "\(error)")
    }
  }

  deinit {
    close(fileDescriptor)
    close(writeEnd)
  }

  /// What was found; nil before it is over.
  func result() -> Findings? { findings.withLock { $0 } }

  private func examine(_ names: [String], in places: any DatasetPlaces) {
    var found: Findings = [:]
    for name in names {
      do {
        found[name] = .success(try places.digest(of: name))
      } catch {
        found[name] = .failure(DatasetProblem(description: "\(error)"))
      }
    }
    findings.withLock { $0 = found }
    _ = write(writeEnd, "x", 1)
  }
}
