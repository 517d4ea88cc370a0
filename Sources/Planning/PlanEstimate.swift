import Trials

/// What a plan costs: core-hours and disk, all together and for each model.
public struct PlanEstimate: Sendable {
  /// The trials of one model.
  public struct Row: Sendable {
    public var model: String
    public var trials = 0
    /// Of the trials that `coreSeconds` covers.
    public var known = 0
    public var coreSeconds = 0.0
    public var coreSecondsLeft = 0.0
    public var byteCount = 0.0
    /// Of the trials that `byteCount` covers, and of those whose size comes from files and not from the shapes of arrays.
    public var sized = 0
    public var measured = 0
    public var done = 0
  }

  public private(set) var rows: [Row] = []
  public private(set) var basis = 0
  public private(set) var folders: Set<String> = []

  /// - Parameters:
  ///   - done: trials with a result.
  ///   - byteCount: of a trial's file by the shapes of its arrays; nil where they are not known.
  public init(
    of trials: [Trial], done: Set<TrialID>, costs: TrialCosts, byteCount: (TrialConfiguration) -> Int?
  ) {
    struct Found {
      let estimate: TrialCosts.Estimate?
      let bytes: Double?
    }
    var found: [ObjectIdentifier: Found] = [:]
    var counted: Set<ObjectIdentifier> = []
    var places: [String: Int] = [:]
    for trial in trials {
      let configuration = trial.configuration
      let key = configuration.templateIdentifier
      let cost: Found
      if let known = found[key] {
        cost = known
      } else {
        let estimate = costs.estimate(of: configuration)
        cost = Found(
          estimate: estimate, bytes: estimate?.byteCount ?? byteCount(configuration).map(Double.init))
        found[key] = cost
      }
      let model =
        (configuration.experiment == .priorFit ? "prior_fit " : "") + configuration.modelType.rawValue
      if places[model] == nil {
        places[model] = rows.count
        rows.append(Row(model: model))
      }
      guard let place = places[model] else { continue }
      rows[place].trials += 1
      if done.contains(trial.id) { rows[place].done += 1 }
      if let estimate = cost.estimate {
        rows[place].known += 1
        rows[place].measured += 1
        rows[place].coreSeconds += estimate.coreSeconds
        if !done.contains(trial.id) { rows[place].coreSecondsLeft += estimate.coreSeconds }
        if counted.insert(key).inserted {
          basis = max(basis, estimate.basis)
          folders.formUnion(estimate.folders)
        }
      }
      if let bytes = cost.bytes {
        rows[place].sized += 1
        rows[place].byteCount += bytes
      }
    }
  }

  private func sum<Value: AdditiveArithmetic>(_ path: KeyPath<Row, Value>) -> Value {
    rows.reduce(Value.zero) { $0 + $1[keyPath: path] }
  }

  /// A table of models and a sentence on where the numbers come from, without an end of line.
  public var text: String {
    var table = [["costs", "trials", "done", "core-hours each", "in all", "left", "MiB each", "MiB in all"]]
    var total = Row(model: "total")
    for row in rows {
      table.append(Self.cells(row))
      total.trials += row.trials
      total.known += row.known
      total.coreSeconds += row.coreSeconds
      total.coreSecondsLeft += row.coreSecondsLeft
      total.byteCount += row.byteCount
      total.sized += row.sized
      total.measured += row.measured
      total.done += row.done
    }
    if rows.count > 1 { table.append(Self.cells(total)) }
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let lines = table.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }
    return (lines + [source]).joined(separator: "\n")
  }

  private var source: String {
    let known = sum(\.known)
    let trials = sum(\.trials)
    var sentences: [String] = []
    if known > 0 {
      sentences.append(
        "Core-hours as finished trials of the same model, architecture and data took, in"
          + " \(folders.sorted().joined(separator: ", "))"
          + (known < trials ? "; unknown where there is none." : "."))
    } else {
      sentences.append(
        "Core-hours are unknown: no trial of this model, architecture and data has finished here.")
    }
    if sum(\.measured) < sum(\.sized) {
      sentences.append(
        sum(\.measured) > 0
          ? "Sizes are those of their files, else computed from the shapes of the arrays."
          : "Sizes are computed from the shapes of the arrays.")
    }
    return sentences.joined(separator: " ")
  }

  private static func cells(_ row: Row) -> [String] {
    func hours(_ seconds: Double, _ count: Int) -> String {
      guard row.known > 0, count > 0 else { return "?" }
      // "≥": some of the trials are not known.
      return (row.known < row.trials ? "≥ " : "") + number(seconds / 3600)
    }
    let mebibytes = row.byteCount / 1_048_576
    return [
      row.model, String(row.trials), String(row.done),
      row.known > 0 ? number(row.coreSeconds / Double(row.known) / 3600) : "?",
      hours(row.coreSeconds, row.trials),
      hours(row.coreSecondsLeft, row.trials), row.sized > 0 ? number(mebibytes / Double(row.sized)) : "?",
      row.sized > 0 ? (row.sized < row.trials ? "≥ " : "") + number(mebibytes) : "?",
    ]
  }

  /// Three significant digits, whole numbers from 1000 on.
  private static func number(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    var digits = 0
    var scaled = value
    while scaled < 100, digits < 6 {
      scaled *= 10
      digits += 1
    }
    let rounded = scaled.rounded() / [1, 10, 100, 1e3, 1e4, 1e5, 1e6][digits]
    return HyperparameterValue.real(rounded).displayText
  }

  /// One JSON object: `core_hours`, `core_hours_left`, `disk_mib` (null where nothing is known), how many trials each
  /// covers, `folders` that they come from, and `models` with the same for each.
  public var json: String {
    func number(_ value: Double, _ known: Int) -> String {
      known > 0 ? HyperparameterValue.real(value).canonicalJSON : "null"
    }
    func members(_ row: Row) -> String {
      "\"trials\": \(row.trials), \"done\": \(row.done), \"core_hours\": \(number(row.coreSeconds / 3600, row.known)),"
        + " \"core_hours_left\": \(number(row.coreSecondsLeft / 3600, row.known)), \"core_hours_known_trials\":"
        + " \(row.known), \"disk_mib\": \(number(row.byteCount / 1_048_576, row.sized)), \"disk_known_trials\":"
        + " \(row.sized), \"disk_measured_trials\": \(row.measured)"
    }
    let total = Row(
      model: "", trials: sum(\.trials), known: sum(\.known), coreSeconds: sum(\.coreSeconds),
      coreSecondsLeft: sum(\.coreSecondsLeft), byteCount: sum(\.byteCount), sized: sum(\.sized),
      measured: sum(\.measured), done: sum(\.done))
    let models = rows.map {
      "{\"model_type\": \(HyperparameterValue.string($0.model).canonicalJSON), \(members($0))}"
    }
    let folders = folders.sorted().map { HyperparameterValue.string($0).canonicalJSON }
    return "{\(members(total)), \"folders\": [\(folders.joined(separator: ", "))],"
      + " \"models\": [\(models.joined(separator: ", "))]}"
  }
}
