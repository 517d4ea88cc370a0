import ResultStore
import Trials

extension SweepResults {
  /// What trial files alone tell, without a sweep file.
  ///
  /// The same configuration on other data or with other threads is another trial, but no table can hold both: the one
  /// on the data, and with the threads, of most results stays.
  static func unplanned(_ files: SweepSummary, _ unreadable: [LeftOutFile]) -> SweepResults {
    var counts: [Surroundings: Int] = [:]
    for row in files.rows { counts[Surroundings(row), default: 0] += 1 }
    func isPreferred(_ a: SummaryRow, _ b: SummaryRow) -> Bool {
      let (countA, countB) = (counts[Surroundings(a)] ?? 0, counts[Surroundings(b)] ?? 0)
      return countA != countB ? countA > countB : a.id < b.id
    }
    let groups = Dictionary(grouping: files.rows) { $0.summary.trial.configuration }
    var kept: [SummaryRow] = []
    var others: [LeftOutFile] = []
    for rows in groups.values {
      let sorted = rows.sorted(by: isPreferred)
      kept.append(sorted[0])
      for row in sorted.dropFirst() {
        others.append(
          LeftOutFile(
            path: files.paths.trialFile(row.id),
            reason: "has the configuration of trial \(sorted[0].id), on other data or with other threads"))
      }
    }
    let names = Set(files.rows.map(\.sweep)).sorted()
    return SweepResults(
      sweep: names.isEmpty ? files.paths.root : names.joined(separator: ", "),
      summaries: kept.map(\.summary).sorted { $0.trial.configuration.comesBefore($1.trial.configuration) },
      unreadable: unreadable, unplanned: others.sorted { $0.path < $1.path }, hasPlan: false, files: files)
  }

  /// What a trial was computed on, beside its configuration.
  private struct Surroundings: Hashable {
    let dataset: String?
    let digest: String
    let threads: Int

    init(_ row: SummaryRow) {
      let trial = row.summary.trial
      dataset = trial.configuration.datasetName
      digest = trial.dataDigest
      threads = trial.threads
    }
  }
}

extension TrialConfiguration {
  /// The order in which a person would list configurations: by the hyperparameters in the order of their table, models
  /// in the order of theirs.
  fileprivate func comesBefore(_ other: TrialConfiguration) -> Bool {
    for name in Hyperparameter.all.map(\.name) where values[name] != other.values[name] {
      let (a, b) = (Self.rank(values[name]), Self.rank(other.values[name]))
      return a != b ? a < b : (values[name]?.displayText ?? "") < (other.values[name]?.displayText ?? "")
    }
    return false
  }

  private static func rank(_ value: HyperparameterValue?) -> Double {
    switch value {
    case nil: -.infinity
    case .integer(let number): Double(number)
    case .real(let number): number
    case .boolean(let flag): flag ? 1 : 0
    case .string(let text):
      ModelType(rawValue: text).flatMap { ModelType.allCases.firstIndex(of: $0) }.map(Double.init) ?? 0
    case .list: 0
    }
  }
}
