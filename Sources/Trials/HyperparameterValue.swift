import Digests

/// The value of one hyperparameter, as a sweep file or a trial configuration holds it.
public enum HyperparameterValue: Hashable, Sendable {
  case integer(Int)
  case real(Double)
  case string(String)
  case boolean(Bool)
  case list([HyperparameterValue])

  /// The kind of this value, in words for a message ("an integer", "a list", …).
  public var kindInWords: String {
    switch self {
    case .integer: "an integer"
    case .real: "a number"
    case .string: "text"
    case .boolean: "true or false"
    case .list: "a list"
    }
  }
}

extension HyperparameterValue {
  /// The canonical JSON text: one text per value, so that equal values have equal digests.
  ///
  /// Numbers are canonical: 1, 1.0 and 1e0 are all `1`; other reals use the shortest decimal that reads back
  /// to the same Float64.
  public var canonicalJSON: String {
    switch self {
    case .integer(let value): String(value)
    case .real(let value): Self.canonicalNumber(value)
    case .string(let value): Self.quoted(value)
    case .boolean(let value): value ? "true" : "false"
    case .list(let values): "[" + values.map(\.canonicalJSON).joined(separator: ",") + "]"
    }
  }

  /// The value as a person writes it in a table or a `--set` option: strings without quotes.
  public var displayText: String {
    if case .string(let value) = self { return value }
    return canonicalJSON
  }

  /// As `displayText`, but a list with a long text is named by the first 8 digits of its SHA-256, as in `#3fa9c1d2`,
  /// so that a label stays short and still names one value.
  public var labelText: String {
    let text = displayText
    // A record of everything still fits.
    guard case .list = self, text.utf8.count > 70 else { return text }
    return "#" + SHA256.digest(of: text).description.prefix(8)
  }

  static func canonicalNumber(_ value: Double) -> String {
    // 2^53: above it a Float64 no longer tells neighbouring integers apart.
    if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int(value)) }
    return value.description
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension HyperparameterValue {
  /// Means and log deviations as the hyperparameter `prior` takes them.
  public init(priorNumbers lists: [[Double]]) {
    self = .list(lists.map { .list($0.map(HyperparameterValue.real)) })
  }

  /// The lists of numbers of a `prior`; empty for anything else.
  public var priorNumbers: [[Double]] {
    guard case .list(let lists) = self else { return [] }
    return lists.map(\.numbers)
  }
}
