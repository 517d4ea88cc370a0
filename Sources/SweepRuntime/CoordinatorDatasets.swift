import ResultStore
import Trials
import WireProtocol

/// Where a coordinator finds the files of its data sets.
public protocol DatasetSource: Sendable {
  /// The files of a data set: names without folders, and where they lie.
  ///
  /// - Throws: an error that says what is missing.
  func files(of dataset: String) throws -> [(name: String, path: String)]
}

/// The data sets of a sweep, for workers that lack them. No other file is ever given.
final class CoordinatorDatasets {
  private enum Entry {
    case digesting(FileDigestion, rest: [(name: String, path: String)])
    case known
    case failed(String)
  }

  private struct Served {
    var path: String
    var claim: FileClaim
  }

  private let source: (any DatasetSource)?
  private let offered: [HeldDataset]
  private var entries: [String: Entry] = [:]
  private var files: [String: [(name: String, served: Served)]] = [:]
  private var current: [String: (name: String, path: String)] = [:]
  private var waiting: [String: [WorkerID]] = [:]

  /// - Parameter offered: the data sets of the sweep.
  init(_ offered: [HeldDataset], source: (any DatasetSource)?) {
    self.offered = offered
    self.source = source
  }

  var isBusy: Bool { entries.values.contains { if case .digesting = $0 { true } else { false } } }

  /// Where a file of this digest lies; nil for anything that was not named to a worker before.
  func path(of file: String, in dataset: String, sha256: String) -> String? {
    files[dataset]?.first { $0.name == file && $0.served.claim.sha256 == sha256 }?.served.path
  }

  func wanted(_ dataset: HeldDataset, by worker: WorkerID) -> [CoordinatorTransfers.Outcome] {
    guard offered.contains(dataset), let source else {
      return refuse(dataset, "it is no data set of this sweep", worker)
    }
    switch entries[dataset.name] {
    case .known: return [.send(answer(dataset), to: worker)]
    case .failed(let reason): return refuse(dataset, reason, worker)
    case .digesting: break
    case nil:
      do {
        var rest = try source.files(of: dataset.name)
        files[dataset.name] = []
        try digestNext(&rest, of: dataset.name)
      } catch {
        entries[dataset.name] = .failed("\(error)")
        return refuse(dataset, "\(error)", worker)
      }
    }
    if waiting[dataset.name]?.contains(worker) != true { waiting[dataset.name, default: []].append(worker) }
    return []
  }

  /// Reads on in one data set.
  func proceed(atMost bytes: Int) -> [CoordinatorTransfers.Outcome] {
    for (name, entry) in entries {
      guard case .digesting(let digestion, var rest) = entry, let file = current[name] else { continue }
      do {
        guard let found = try digestion.proceed(atMost: bytes) else { return [] }
        files[name, default: []].append(
          (
            file.name,
            Served(path: file.path, claim: FileClaim(byteCount: found.byteCount, sha256: found.sha256))
          ))
        try digestNext(&rest, of: name)
      } catch {
        entries[name] = .failed("\(error)")
      }
      return answerWaiting(name)
    }
    return []
  }

  private func digestNext(_ rest: inout [(name: String, path: String)], of dataset: String) throws {
    guard !rest.isEmpty else {
      entries[dataset] = .known
      return
    }
    let next = rest.removeFirst()
    current[dataset] = next
    entries[dataset] = .digesting(try FileDigestion(next.path), rest: rest)
  }

  private func answerWaiting(_ name: String) -> [CoordinatorTransfers.Outcome] {
    guard let dataset = offered.first(where: { $0.name == name }), let workers = waiting[name] else {
      return []
    }
    switch entries[name] {
    case .known:
      waiting[name] = nil
      return workers.map { .send(answer(dataset), to: $0) }
    case .failed(let reason):
      waiting[name] = nil
      return workers.flatMap { refuse(dataset, reason, $0) }
    case .digesting, nil: return []
    }
  }

  private func answer(_ dataset: HeldDataset) -> CoordinatorMessage {
    .datasetFiles(
      dataset, (files[dataset.name] ?? []).map { DatasetFileClaim(name: $0.name, file: $0.served.claim) })
  }

  /// A data set without files: there is nothing to fetch.
  private func refuse(
    _ dataset: HeldDataset, _ reason: String, _ worker: WorkerID
  ) -> [CoordinatorTransfers.Outcome] {
    [
      .log("worker \(worker) asked for the data set \(dataset.name): \(reason)", trial: nil),
      .send(.datasetFiles(dataset, []), to: worker),
    ]
  }
}
