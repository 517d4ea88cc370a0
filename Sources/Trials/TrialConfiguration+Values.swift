// Each value alone: its type and range.

extension TrialConfiguration {
  /// The largest integer a hyperparameter may have, 2^53 - 1: above it Float64, JSON and HDF5 readers no longer
  /// tell neighbouring integers apart.
  static let largestInteger = 9_007_199_254_740_991

  /// The trial that fits the prior `fit:<trial id>`, as planning writes `prior: {fit: …}`.
  static func fit(named value: HyperparameterValue?) -> TrialID? {
    guard case .string(let text)? = value, text.hasPrefix("fit:") else { return nil }
    return TrialID(String(text.dropFirst(4)))
  }

  /// One value alone, checked and in the type of its hyperparameter, older names of models replaced.
  ///
  /// - Throws: `ConfigurationError` for a wrong type or range and for a choice that is not there yet.
  public static func checked(
    _ value: HyperparameterValue, for hyperparameter: Hyperparameter
  ) throws(ConfigurationError) -> HyperparameterValue {
    let name = hyperparameter.name
    func refusal(_ message: String) -> ConfigurationError {
      ConfigurationError(hyperparameter: name, message: "'\(name)': " + message)
    }
    switch hyperparameter.kind {
    case .integer(let minimum):
      let number: Int
      switch value {
      case .integer(let given): number = given
      case .real(let given) where given == given.rounded() && abs(given) <= Double(largestInteger):
        number = Int(given)
      default: throw refusal("an integer is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      guard number >= minimum else { throw refusal("must be at least \(minimum), found \(number)") }
      guard number <= largestInteger else {
        throw refusal("must be at most \(largestInteger), found \(number)")
      }
      return .integer(number)
    case .real(let bound, let orEqual):
      let number: Double
      switch value {
      case .integer(let given): number = Double(given)
      case .real(let given): number = given
      default: throw refusal("a number is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      guard number > bound || (orEqual && number == bound), number.isFinite else {
        throw refusal(
          "must be finite and \(orEqual ? "at least" : "above") \(HyperparameterValue.canonicalNumber(bound)),"
            + " found \(number)")
      }
      guard number == 0 || Float(number).isNormal else {
        throw refusal("is beyond the numbers that training calculates with (Float32), found \(number)")
      }
      return .real(number)
    case .boolean:
      guard case .boolean = value else {
        throw refusal("true or false is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      return value
    case .choice(let built, let planned):
      guard case .string(var text) = value else {
        throw refusal("a name is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      if name == "model_type", let newer = Hyperparameter.modelTypeAliases[text] { text = newer }
      if built.contains(text) { return .string(text) }
      let known = "built: \(built.joined(separator: ", "))"
      if planned.contains(text) { throw refusal("'\(text)' is not there yet (\(known))") }
      let nearest = nearestName(to: text, among: built + planned)
      throw refusal("unknown '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "") + " (\(known))")
    case .dataset(let names):
      guard case .string(let text) = value else {
        throw refusal("a name is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      if names.contains(text) || (text.hasPrefix("hdf5:") && text.count > 5) { return value }
      let nearest = nearestName(to: text, among: names + ["hdf5:PATH"])
      throw refusal(
        "unknown '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
          + " (built: \(names.joined(separator: ", ")), hdf5:PATH)")
    case .names(let known):
      guard case .list(let elements) = value else {
        throw refusal("a list of names is needed, found \(value.canonicalJSON) (\(value.kindInWords))")
      }
      let texts = elements.map(\.displayText)
      if let unknown = texts.first(where: { !known.contains($0) }) {
        let nearest = nearestName(to: unknown, among: known)
        throw refusal(
          "unknown '\(unknown)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (known: \(known.joined(separator: ", ")))")
      }
      if let repeated = known.first(where: { name in texts.count { $0 == name } > 1 }) {
        throw refusal("names '\(repeated)' twice; remove one")
      }
      // One order for equal sets, so that they are one trial.
      return .list(known.filter(texts.contains).map(HyperparameterValue.string))
    case .numbers(let count, let minimum):
      let numbers = value.numbers
      guard value.isListOfNumbers, count.map({ $0 == numbers.count }) ?? true,
        numbers.allSatisfy({ $0.isFinite && $0 >= minimum })
      else {
        throw refusal(
          "a list of \(count.map { "\($0) " } ?? "")numbers of at least"
            + " \(HyperparameterValue.canonicalNumber(minimum)) is needed, found \(value.canonicalJSON)")
      }
      return .list(numbers.map(HyperparameterValue.real))
    case .prior:
      if value == .string("zeros") || fit(named: value) != nil { return value }
      guard case .list(let lists) = value, lists.count == 2, lists[0].numbers.count == lists[1].numbers.count,
        lists.allSatisfy({ $0.isListOfNumbers }),
        (lists[0].numbers + lists[1].numbers).allSatisfy({ Float($0).isFinite })
      else {
        throw refusal(
          "'zeros', {mu: [...], xi: [...]} with one number for each stick, or the trial file of a prior_fit is"
            + " needed, found \(value.canonicalJSON)")
      }
      // σ = exp ξ and 1/σ² have to be Float32 numbers.
      if let wrong = lists[1].numbers.first(where: { abs($0) > 40 }) {
        throw refusal(
          "xi are log deviations, from -40 to 40, found \(HyperparameterValue.canonicalNumber(wrong))")
      }
      return .list(lists.map { .list($0.numbers.map(HyperparameterValue.real)) })
    }
  }
}
