import Digests
import Trials

/// A sweep file as it was read, overrides applied: everything checked that can be without building the trials.
public struct SweepDefinition: Sendable {
  /// The file as the caller named it.
  public let path: String
  /// The file's content, to be kept beside the results.
  public let text: String
  /// The `--set` options, to be kept beside the results.
  public let overrides: [String]
  /// The prior files that are named, by their paths as written, with what they held: to be kept beside the results,
  /// because the files may change or go.
  public internal(set) var priors: [String: HyperparameterValue] = [:]

  /// `[a-z0-9._-]`, safe as the name of a folder.
  public internal(set) var name: String
  /// The file's `description`; empty where there is none.
  public internal(set) var summary: String
  /// What chooses among trials; nil where the file names none.
  public internal(set) var objective: Objective?
  public internal(set) var checkpoint: CheckpointSettings
  public internal(set) var retry: RetryBudget
  /// In the order of the file.
  public internal(set) var retryRules: [RetryRule] = []
  public internal(set) var resources = TrialResources()
  /// BLAS threads of each trial.
  public internal(set) var threads: Int

  /// Which fits the files of `priors` hold, where that is known.
  var priorSources: [String: PriorSource] = [:]
  var priorPlaces: [String: SweepFileProblem.Place] = [:]
  var objectivePlace: SweepFileProblem.Place
  var base: [String: PlacedValue]
  /// At least one; a file without `cases` has one that is empty.
  var cases: [Case]
  /// Grid axes in the order of the file, then the zip as one axis of several names.
  var axes: [Axis]
  /// Hyperparameters that a `--set` option fixed; they win over everything else.
  var fixed: [String: PlacedValue]
  var exclusions: [Conditions]
  /// In the order of the file (`when`).
  var dropRules: [DropRule] = []
  /// In the order of the file; the first that a trial meets decides.
  var priorityRules: [PriorityRule] = []
  var earlyStopping: EarlyStoppingRule?
  /// What `prior: {fit: …}` names, each once; the value of `prior` refers to it by `PriorFit.reference`.
  var priorFits: [PriorFit] = []
  var warnings: [SweepFileProblem]

  /// SHA-256 of file, overrides and prior files as 64 hexadecimal digits: equal for equal definitions only.
  public var digest: String {
    var hash = SHA256()
    hash.update(text)
    for override in overrides { hash.update("\u{0}" + override) }
    for (path, prior) in priors.sorted(by: { $0.key < $1.key }) {
      hash.update("\u{0}\u{0}" + path + "\u{0}" + prior.canonicalJSON)
    }
    return hash.finish().description
  }

  struct PlacedValue {
    let value: HyperparameterValue
    let place: SweepFileProblem.Place
  }
  struct Case {
    var values: [String: PlacedValue]
    let place: SweepFileProblem.Place
  }
  struct Axis {
    var names: [String]
    /// One value per name in each row; at least one row.
    var rows: [[PlacedValue]]
    /// Where each name was written.
    var places: [SweepFileProblem.Place]
  }
  /// Met by a trial that has one of the values under every name.
  struct Conditions {
    let parts: [(name: String, values: [HyperparameterValue])]
    let place: SweepFileProblem.Place

    /// - Parameter value: the trial's value of a name; nil where it has none.
    func areMet(_ value: (String) -> HyperparameterValue?) -> Bool {
      parts.allSatisfy { part in value(part.name).map(part.values.contains) ?? false }
    }
  }
  /// Takes names out of the trials that meet the conditions.
  struct DropRule {
    let conditions: Conditions
    let names: [String]
  }
  struct PriorityRule {
    /// Nil: every trial.
    let conditions: Conditions?
    let priority: Int
  }
  struct EarlyStoppingRule {
    let rule: EarlyStopping.Rule
    let over: [String]
    let place: SweepFileProblem.Place
  }
}
