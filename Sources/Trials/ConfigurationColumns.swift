/// The configurations of a sweep seen by name: which values a name has. What trials share is looked at once for all of
/// them.
public struct ConfigurationColumns: Sendable {
  private let configurations: [TrialConfiguration]
  /// One configuration for each template, and which of them stands for each trial.
  private let representatives: [TrialConfiguration]
  private let representative: [Int]

  /// - Complexity: O(trials).
  public init(_ configurations: some Collection<TrialConfiguration>) {
    self.configurations = Array(configurations)
    var known: [ObjectIdentifier: Int] = [:]
    var representatives: [TrialConfiguration] = []
    representative = configurations.map { configuration in
      let identifier = ObjectIdentifier(configuration.template)
      if let index = known[identifier] { return index }
      known[identifier] = representatives.count
      representatives.append(configuration)
      return representatives.count - 1
    }
    self.representatives = representatives
  }

  /// Trials.
  public var count: Int { configurations.count }

  /// The values of one name.
  public struct Column: Sendable {
    /// Distinct, in the order in which they come; nil where the name does not apply.
    public let values: [HyperparameterValue?]
    /// For each trial the place of its value in `values`; empty where there is one value only.
    public let rows: [Int]
  }

  /// - Complexity: O(templates), and O(trials) where a name varies.
  public func column(_ name: String) -> Column {
    var places: [HyperparameterValue?: Int] = [:]
    var values: [HyperparameterValue?] = []
    func place(of value: HyperparameterValue?) -> Int {
      if let place = places[value] { return place }
      places[value] = values.count
      values.append(value)
      return values.count - 1
    }
    var isFree = false
    let own = representatives.map { configuration -> Int? in
      guard case .own(let index)? = configuration.template.places[name] else { return nil }
      isFree = true
      return index
    }
    let shared = zip(representatives, own).map { configuration, own in
      own == nil ? place(of: configuration.values[name]) : nil
    }
    guard isFree || values.count > 1 else { return Column(values: values, rows: []) }
    if isFree {
      // Again, in the order of the trials.
      places = [:]
      values = []
      let rows = zip(configurations, representative).map { configuration, template in
        place(of: own[template].map { configuration.own[$0] } ?? configuration.values[name])
      }
      return Column(values: values, rows: values.count > 1 ? rows : [])
    }
    return Column(values: values, rows: representative.map { shared[$0] ?? 0 })
  }
}
