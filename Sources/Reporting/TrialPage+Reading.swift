import ResultStore
import Trials

extension TrialPage {
  /// Gathers what a results folder knows of a trial.
  ///
  /// - Parameters:
  ///   - state: as the plan, the status and the ledger know it; a readable trial file counts more.
  ///   - attempts: of the ledger, for a trial without a file.
  public static func read(
    _ trial: Trial, in paths: RunPaths, state: TrialState, attempts: [AttemptRecord]
  ) -> TrialPage {
    var page = TrialPage(trial: trial, state: state)
    page.attempts = attempts
    do throws(ResultStoreError) {
      let path = paths.trialFile(trial.id)
      let record = try TrialFile.read(path)
      if record.trial.id == trial.id {
        page.fill(with: record)
        page.sourcePath = path
      } else {
        page.remarks.append(
          "\(path): holds trial \(record.trial.id), not \(trial.id); its result counts as missing")
      }
    } catch {
      if error.code != .missing { page.remarks.append("\(error); its result counts as missing") }
      page.readCheckpoint(paths.checkpointFile(trial.id))
    }
    if page.state == .running { page.readStatus(paths.statusFile) }
    page.readLogs(paths)
    return page
  }

  private mutating func fill(with record: TrialRecord) {
    state = record.state
    finals = record.finals
    let measured = record.metrics.names.filter { record.metrics.last($0) != nil }
    let finalNames = Set(record.finals.map(\.name))
    finals += measured.filter { !finalNames.contains($0) }.map { ($0, record.metrics.last($0) ?? .nan) }
    metrics = record.metrics
    attempts = record.attempts
    warnings = record.warnings
    dataSource = record.dataSource
  }

  private mutating func readCheckpoint(_ path: String) {
    do throws(ResultStoreError) {
      let snapshot = try CheckpointFile.read(path, expecting: trial.id)
      metrics = snapshot.metrics
      sourcePath = path
      remarks.append(
        "checkpoint: \(snapshot.epoch) of \(trial.configuration.epochs) epochs, step \(snapshot.step)")
    } catch {
      if error.code != .missing { remarks.append("\(error)") }
    }
  }

  /// How far it is, which checkpoint and ledger tell only later.
  private mutating func readStatus(_ path: String) {
    let workers = (try? StatusSnapshot.read(path))?.workers ?? []
    guard let worker = workers.first(where: { $0.trial == trial.id.description }) else { return }
    remarks.append(
      "at work on \(worker.host): epoch \(worker.epoch) of \(trial.configuration.epochs), step \(worker.step)"
    )
  }

  private mutating func readLogs(_ paths: RunPaths) {
    // Attempts are counted from 1; the last one may have no record yet.
    let last = max(attempts.map(\.number).max() ?? 0, 0) + 1
    logs = (1...last).map { paths.attemptLog(trial.id, attempt: $0) }.filter { path in
      ((try? DurableFile.read(path)) ?? "").isEmpty == false
    }
    guard state != .completed, let path = logs.last, let text = try? DurableFile.read(path) else { return }
    logTail = text.split(separator: "\n").suffix(10).map(String.init)
  }
}
