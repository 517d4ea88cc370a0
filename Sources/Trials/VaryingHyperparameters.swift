/// The hyperparameters that tell the trials of one sweep apart: what labels show and what tables may need as columns.
public struct VaryingHyperparameters: Hashable, Sendable {
  /// Names with more than one value among the trials, in the order of `Hyperparameter.all` with `seed` last. A name
  /// whose value follows from those before it (`n_required` where each model has its own, one list of a `zip`) is
  /// left out, so that a label is short and still names one trial only.
  public let names: [String]
  /// Names with more than one value that follow from `names`, in the same order: what a person gave together with one
  /// of them, in a `zip`, a `sample` or a case. Without those that follow from a model's other sizes.
  public let companions: [String]

  private static let derived: Set = [
    "latent_discrete_n", "num_of_discrete_param", "num_of_norm_var", "num_of_norm_param",
  ]

  /// - Complexity: O(trials × varying names).
  public init(among configurations: some Collection<TrialConfiguration>) {
    self.init(ConfigurationColumns(configurations))
  }

  /// As `init(among:)`.
  public init(_ columns: ConfigurationColumns) {
    var (names, companions): ([String], [String]) = ([], [])
    // Two configurations are in the same class when the names found so far do not tell them apart.
    var classes = [Int](repeating: 0, count: columns.count)
    var classCount = 1
    let order = Hyperparameter.all.map(\.name).filter { $0 != "seed" } + ["seed"]
    for name in order {
      let column = columns.column(name)
      guard column.values.count > 1 else { continue }
      guard classCount < columns.count else {
        companions.append(name)
        continue
      }
      guard classCount > 1 else {
        names.append(name)
        (classes, classCount) = (column.rows, column.values.count)
        continue
      }
      var refined: [ClassedValue: Int] = [:]
      let next = zip(column.rows, classes).map { value, old in
        let key = ClassedValue(old: old, value: value)
        if let known = refined[key] { return known }
        refined[key] = refined.count
        return refined.count - 1
      }
      guard refined.count > classCount else {
        companions.append(name)
        continue
      }
      names.append(name)
      classes = next
      classCount = refined.count
    }
    self.names = names
    self.companions = companions.filter { $0 != "seed" && !Self.derived.contains($0) }
  }

  /// A short name for a person: the model's name where models vary, then `name=value` for every other varying
  /// name that applies, as in `IGR_I_Dis temp=0.1 seed=2`. The model's name alone where nothing varies.
  public func label(of configuration: TrialConfiguration) -> String {
    var parts: [String] = []
    for name in names {
      guard let value = configuration.values[name] else { continue }
      if name == "model_type" {
        parts.insert(value.displayText, at: 0)
      } else {
        parts.append("\(name)=\(value.labelText)")
      }
    }
    return parts.isEmpty ? configuration.modelType.rawValue : parts.joined(separator: " ")
  }

  private struct ClassedValue: Hashable {
    let old: Int
    let value: Int
  }
}
