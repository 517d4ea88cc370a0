import Trials

extension SweepFileReader {
  /// `none`, `{asha: {…}}` or `{median: {…}}`.
  mutating func readEarlyStopping(_ node: YAMLNode) {
    if node.scalarText == "none" {
      definition.earlyStopping = nil
      return
    }
    guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first else {
      refuse(
        at: node.place,
        "'early_stopping' is none, {asha: {minimum_epochs: 1, reduction: 4}} or {median: {start_epochs: 5,"
          + " minimum_trials: 5}}; found \(node.scalarText ?? node.kindOrEmptinessInWords)")
      return
    }
    guard ["asha", "median"].contains(entry.key) else {
      let nearest = nearestName(to: entry.key, among: ["asha", "median", "none"])
      refuse(
        at: entry.place,
        "unknown 'early_stopping' '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
          + " (none, asha and median are there)")
      return
    }
    let defaults =
      entry.key == "asha"
      ? ["minimum_epochs": 1, "reduction": 4] : ["start_epochs": 5, "minimum_trials": 5]
    guard let (numbers, over) = options(entry, defaults: defaults) else { return }
    let rule: EarlyStopping.Rule =
      entry.key == "asha"
      ? .asha(minimumEpochs: numbers["minimum_epochs"] ?? 1, reduction: numbers["reduction"] ?? 4)
      : .median(startEpochs: numbers["start_epochs"] ?? 5, minimumTrials: numbers["minimum_trials"] ?? 5)
    definition.earlyStopping = SweepDefinition.EarlyStoppingRule(rule: rule, over: over, place: node.place)
  }

  /// The numbers of a rule and the names it searches over; nil, with the fault told, where one is wrong.
  private mutating func options(
    _ entry: YAMLNode.Entry, defaults: [String: Int]
  ) -> (numbers: [String: Int], over: [String])? {
    var numbers = defaults
    var over: [String] = []
    let options: [YAMLNode.Entry]
    switch entry.value.content {
    case .mapping(let entries): options = entries
    case .null: options = []
    default:
      refuse(at: entry.value.place, "'\(entry.key)' needs a mapping, found \(entry.value.kindInWords)")
      return nil
    }
    let before = problems.count
    for option in options {
      if option.key == "over" {
        over = names(option.value, "over") ?? []
      } else if defaults[option.key] != nil {
        let least = option.key == "reduction" ? 2 : 1
        guard case .scalar(.integer(let number)) = option.value.content, (least...1_000_000).contains(number)
        else {
          refuse(
            at: option.value.place,
            "'\(option.key)' needs an integer of at least \(least), found"
              + " \(option.value.scalarText ?? option.value.kindInWords)")
          continue
        }
        numbers[option.key] = number
      } else {
        let known = defaults.keys.sorted() + ["over"]
        let nearest = nearestName(to: option.key, among: known)
        refuse(
          at: option.place,
          "unknown '\(option.key)' under '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (\(known.joined(separator: ", ")) are there)")
      }
    }
    return problems.count == before ? (numbers, over) : nil
  }
}
