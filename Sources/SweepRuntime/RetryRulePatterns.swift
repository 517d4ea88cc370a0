import Glibc
import Trials

/// A sweep's retry rules with their patterns compiled: POSIX extended regular expressions.
///
/// Not thread-safe.
final class RetryRulePatterns {
  private final class Pattern {
    private var expression = regex_t()

    /// - Returns: nil when the text is no extended regular expression.
    init?(_ text: String) {
      guard regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
    }

    deinit { regfree(&expression) }

    func isFound(in text: String) -> Bool { regexec(&expression, text, 0, nil, 0) == 0 }
  }

  private let rules: [(pattern: Pattern, action: RetryRule.Action)]

  /// Rules whose pattern is none are left out: planning has refused them.
  init(_ rules: [RetryRule]) {
    self.rules = rules.compactMap { rule in Pattern(rule.pattern).map { ($0, rule.action) } }
  }

  /// What the first rule says whose pattern is found in the message or one of the lines.
  func ruling(message: String, logTail: [String]) -> RetryRule.Action? {
    rules.first { rule in
      rule.pattern.isFound(in: message) || logTail.contains { rule.pattern.isFound(in: $0) }
    }?.action
  }
}
