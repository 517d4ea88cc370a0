import ExportFormats
import ResultStore
import Trials

/// The tables of an export, collected one trial after the other: `trials` has a row for every planned trial, also for
/// those without a result; `metrics` and `timing` a row per training epoch; `attempts` a row per attempt.
struct ExportTables {
  private var trials = Rows()
  private var metrics = Rows()
  private var timing = Rows()
  private var attempts = Rows()

  /// - Parameter record: of the trial's file; nil where there is none.
  mutating func add(_ summary: TrialSummary, _ record: TrialRecord?) {
    let id = Cell.text(summary.trial.id.description)
    var row: [(String, Cell)] = [
      ("trial_id", id), ("status", .text(summary.state.rawValue)),
      ("cause", summary.cause.map { .text($0.text) } ?? .none),
    ]
    let values = summary.trial.configuration.values
    row += Hyperparameter.all.compactMap { hyperparameter in
      values[hyperparameter.name].map { (hyperparameter.name, Cell($0)) }
    }
    row += (record?.finals ?? []).map { ($0.name, .real($0.value)) }
    row += [
      ("data_digest", .text(summary.trial.dataDigest)), ("threads", .integer(Int64(summary.trial.threads))),
    ]
    if let record {
      row += [
        ("result_digest", .text(TrialFile.digest(of: record).description)),
        ("engine_version", .text(record.engineVersion)), ("git_revision", .text(record.gitRevision)),
        ("data_source", .text(record.dataSource)),
        ("warnings", .text(record.warnings.joined(separator: "\n"))),
      ]
      add(record, id)
    }
    trials.add(row)
  }

  private mutating func add(_ record: TrialRecord, _ id: Cell) {
    func add(_ table: EpochTable, to rows: inout Rows) {
      for (row, epoch) in table.epochs.enumerated() {
        rows.add(
          [("trial_id", id), ("epoch", .integer(Int64(epoch)))]
            + zip(table.names, table.columns).map { ($0, .real($1[row])) })
      }
    }
    add(record.metrics, to: &metrics)
    add(record.timing, to: &timing)
    for attempt in record.attempts {
      attempts.add([
        ("trial_id", id), ("attempt", .integer(Int64(attempt.number))),
        ("token", .text(attempt.token.description)), ("worker", .text(attempt.worker)),
        ("host", .text(attempt.host)), ("cpu", .text(attempt.cpu)), ("blas", .text(attempt.blas)),
        ("threads", .integer(Int64(attempt.threads))),
        ("started", .text(UTCTime.text(unixSeconds: attempt.startedUnixSeconds))),
        ("ended", attempt.endedUnixSeconds.map { .text(UTCTime.text(unixSeconds: $0)) } ?? .none),
        ("cause", attempt.cause.map { .text($0.text) } ?? .none),
        ("first_epoch", .integer(Int64(attempt.firstEpoch))),
        ("last_epoch", .integer(Int64(attempt.lastEpoch))),
        ("peak_memory_mib", .real(attempt.peakMemoryMiB ?? .nan)), ("message", .text(attempt.message)),
      ])
    }
  }

  /// The tables that have rows, by name.
  var named: [(name: String, table: ColumnTable)] {
    [("trials", trials), ("metrics", metrics), ("timing", timing), ("attempts", attempts)].compactMap {
      name, rows in rows.table.map { (name, $0) }
    }
  }
}

// MARK: - Rows that become columns

extension ExportTables {
  private enum Cell {
    case none
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case text(String)

    init(_ value: HyperparameterValue) {
      self =
        switch value {
        case .integer(let value): .integer(Int64(value))
        case .real(let value): .real(value)
        case .boolean(let value): .boolean(value)
        case .string(let value): .text(value)
        case .list: .text(value.canonicalJSON)
        }
    }

    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    var text: String? {
      switch self {
      case .none: nil
      case .integer(let value): String(value)
      case .real(let value): value.description
      case .boolean(let value): String(value)
      case .text(let value): value
      }
    }
    var real: Double? {
      switch self {
      case .integer(let value): Double(value)
      case .real(let value): value
      default: nil
      }
    }
  }

  /// Rows whose columns come up as they go.
  private struct Rows {
    private var names: [String] = []
    private var columns: [String: [Cell]] = [:]
    private var count = 0

    mutating func add(_ row: [(String, Cell)]) {
      for (index, (name, cell)) in row.enumerated() {
        if columns[name] == nil {
          columns[name] = [Cell](repeating: .none, count: count)
          // Behind the column that is before it in this row, so that the order is that of the widest row.
          let before = index == 0 ? nil : names.firstIndex(of: row[index - 1].0)
          names.insert(name, at: before.map { $0 + 1 } ?? 0)
        }
        columns[name]?.append(cell)
      }
      count += 1
      for name in names where (columns[name]?.count ?? 0) < count { columns[name]?.append(.none) }
    }

    var table: ColumnTable? {
      guard count > 0 else { return nil }
      return ColumnTable(names.map { ColumnTable.Column($0, Self.values(columns[$0] ?? [])) })
    }

    /// The narrowest type that holds every cell.
    private static func values(_ cells: [Cell]) -> ColumnTable.Values {
      var kinds: Set<Int> = []
      for cell in cells {
        switch cell {
        case .none: continue
        case .integer: kinds.insert(0)
        case .real: kinds.insert(1)
        case .boolean: kinds.insert(2)
        case .text: kinds.insert(3)
        }
      }
      return switch kinds {
      case [0]: .integers(cells.map(\.integer))
      case [1], [0, 1]: .reals(cells.map(\.real))
      case [2]: .booleans(cells.map(\.boolean))
      default: .texts(cells.map(\.text))
      }
    }
  }
}
