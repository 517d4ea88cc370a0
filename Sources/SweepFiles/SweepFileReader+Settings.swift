import Trials

extension SweepFileReader {
  /// Sets what is not a hyperparameter, by its dotted name.
  mutating func set(_ key: String, to node: YAMLNode, at place: SweepFileProblem.Place) {
    switch key {
    case "name": readName(node)
    case "description":
      guard let text = node.scalarText else {
        refuse(at: node.place, "'description' needs one line of text, found \(node.kindInWords)")
        return
      }
      definition.summary = text
    case "early_stopping": readEarlyStopping(node)
    case "priority": readPriority(node)
    case "reproducibility":
      let text = node.scalarText ?? node.kindInWords
      guard ["default", "strict"].contains(text) else {
        refuse(at: node.place, "'reproducibility' is default or strict, found \(text)")
        return
      }
      definition.resources.keepsCPUType = text == "strict"
    case "objective.metric": readMetric(node)
    case "objective.direction":
      hasObjective = true
      guard let value = node.scalarText.flatMap(Objective.Direction.init(rawValue:)) else {
        refuse(
          at: node.place,
          "'objective.direction' is maximize or minimize, found \(node.scalarText ?? node.kindInWords)")
        return
      }
      direction = (value, node.place)
    case "checkpoint.every_seconds": readSeconds(key, node) { $0.checkpoint.everySeconds = $1 }
    case "checkpoint.ship": readFlag(key, node) { $0.checkpoint.ship = $1 }
    case "checkpoint.keep_final": readFlag(key, node) { $0.checkpoint.keepFinal = $1 }
    case "retry.lost": readCount(key, node, 0...1_000_000) { $0.retry.lost = $1 }
    case "retry.crash": readCount(key, node, 0...1_000_000) { $0.retry.crash = $1 }
    case "retry.oom": readCount(key, node, 0...1_000_000) { $0.retry.outOfMemory = $1 }
    case "retry.rules": readRetryRules(node)
    case "resources.threads": readCount(key, node, 1...1024) { $0.threads = $1 }
    case "resources.memory_mb": readAmount(key, node) { $0.resources.memoryMiB = $1 }
    case "resources.seconds": readSeconds(key, node) { $0.resources.seconds = $1 }
    case "sample.n", "sample.seed", "sample.method", "sample.of": setSample(key, to: node)
    default: refuse(at: place, SweepSetting.refusal(of: key))
    }
  }

  mutating func readName(_ node: YAMLNode) {
    namePlace = node.place
    let text = node.scalarText ?? ""
    let isSafe = text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2E, 0x5F, 0x2D].contains(byte)
    }
    // 128: with the names of its files a folder stays far below the 255 bytes that file systems allow.
    guard isSafe, (1...128).contains(text.utf8.count), !text.hasPrefix("."), !text.hasPrefix("-") else {
      refuse(
        at: node.place,
        "'name' becomes the results folder's name: 1 to 128 of a-z, 0-9, '.', '_', '-', not beginning with '.' or '-';"
          + " found \(node.scalarText.map { "'\($0)'" } ?? node.kindInWords)")
      return
    }
    definition.name = text
  }

  mutating func readMetric(_ node: YAMLNode) {
    hasObjective = true
    definition.objectivePlace = node.place
    let text = node.scalarText ?? node.kindInWords
    guard let found = Metric.named(text) else {
      let nearest = nearestName(to: text, among: Metric.all.map(\.name))
      refuse(at: node.place, "unknown metric '\(text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      return
    }
    guard !found.isMeasuredOnTestImages else {
      refuse(
        at: node.place,
        "'\(text)' is measured on test images, which must not choose anything;"
          + " use val_elbo (with validation_n) or train_loss")
      return
    }
    metric = found
  }

  mutating func readAmount(_ key: String, _ node: YAMLNode, set: (inout SweepDefinition, Double) -> Void) {
    guard let amount = node.number, amount > 0 else {
      refuse(at: node.place, "'\(key)' needs a number above 0, found \(node.scalarText ?? node.kindInWords)")
      return
    }
    set(&definition, amount)
  }

  /// A year at most: longer times are mistakes, and times without end would overflow a duration.
  private mutating func readSeconds(
    _ key: String, _ node: YAMLNode, set: (inout SweepDefinition, Double) -> Void
  ) {
    if let amount = node.number, amount > 3.2e7 {
      refuse(at: node.place, "'\(key)' is at most 3.2e7, a year, found \(node.scalarText ?? "\(amount)")")
    } else {
      readAmount(key, node, set: set)
    }
  }

  mutating func readFlag(_ key: String, _ node: YAMLNode, set: (inout SweepDefinition, Bool) -> Void) {
    guard case .scalar(.boolean(let flag)) = node.content else {
      refuse(at: node.place, "'\(key)' is true or false, found \(node.scalarText ?? node.kindInWords)")
      return
    }
    set(&definition, flag)
  }

  mutating func readCount(
    _ key: String, _ node: YAMLNode, _ range: ClosedRange<Int>, set: (inout SweepDefinition, Int) -> Void
  ) {
    guard case .scalar(.integer(let count)) = node.content, range.contains(count) else {
      refuse(
        at: node.place,
        "'\(key)' needs an integer of at least \(range.lowerBound), found \(node.scalarText ?? node.kindInWords)"
      )
      return
    }
    set(&definition, count)
  }
}
