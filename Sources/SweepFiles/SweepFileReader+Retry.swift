import Glibc
import Trials

extension SweepFileReader {
  /// `[{pattern: 'CUDA|bus error', action: exclude_node}]`.
  mutating func readRetryRules(_ node: YAMLNode) {
    definition.retryRules = []
    let example = "{pattern: 'bus error', action: exclude_node}"
    for rule in rules(node, "retry.rules", keys: ["pattern", "action"], example: example) {
      guard let pattern = rule["pattern"], let action = rule["action"] else { continue }
      guard let text = pattern.value.scalarText, !text.isEmpty else {
        refuse(at: pattern.value.place, "'pattern' needs a regular expression in quotes")
        continue
      }
      if let reason = Self.refusal(ofExpression: text) {
        refuse(at: pattern.value.place, "'pattern': '\(text)' is no extended regular expression: \(reason)")
        continue
      }
      let names = RetryRule.Action.allCases.map(\.rawValue)
      let name = action.value.scalarText ?? action.value.kindInWords
      guard let action = RetryRule.Action(rawValue: name) else {
        let nearest = nearestName(to: name, among: names)
        refuse(
          at: action.value.place,
          "'action' is one of \(names.joined(separator: ", ")), found '\(name)'"
            + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
        continue
      }
      definition.retryRules.append(RetryRule(pattern: text, action: action))
    }
  }

  /// Why the C library refuses a pattern; nil where it does not.
  private static func refusal(ofExpression pattern: String) -> String? {
    var expression = regex_t()
    let code = regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB)
    guard code != 0 else {
      regfree(&expression)
      return nil
    }
    var text = [CChar](repeating: 0, count: 256)
    regerror(code, &expression, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
