import Trials

/// Plain YAML scalars by the core schema of YAML 1.2 (section 10.3.2): `yes` and `on` are text, `0o17` and `0xF` are
/// integers, `1e-3` is a number, dates are text.
enum CoreSchema {
  /// - Returns: nil for null (empty, `~`, `null`).
  static func value(ofPlain text: String) -> HyperparameterValue? {
    switch text {
    case "", "~", "null", "Null", "NULL": return nil
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    case ".nan", ".NaN", ".NAN": return .real(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .real(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .real(-.infinity)
    default: break
    }
    if text.hasPrefix("0o"), let value = digits(text.dropFirst(2), radix: 8) { return .integer(value) }
    if text.hasPrefix("0x"), let value = digits(text.dropFirst(2), radix: 16) { return .integer(value) }
    guard isDecimal(text) else { return .string(text) }
    if let integer = Int(text) { return .integer(integer) }
    // Swift wants a digit on both sides of the point, YAML on either.
    let sign = text.hasPrefix("-") ? "-" : ""
    var number = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
    if number.hasPrefix(".") { number = "0" + number }
    if let point = number.firstIndex(of: "."), !number[number.index(after: point)...].hasDigitFirst {
      number.insert("0", at: number.index(after: point))
    }
    return Double(sign + number).map(HyperparameterValue.real) ?? .string(text)
  }

  private static func digits(_ text: Substring, radix: Int) -> Int? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return Int(text, radix: radix)
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isDecimal(_ text: String) -> Bool {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let whole = rest.removeDigits()
    if rest.first == "." {
      rest.removeFirst()
      let fraction = rest.removeDigits()
      guard whole + fraction > 0 else { return false }
    } else if whole == 0 {
      return false
    }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard rest.removeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}

extension Substring {
  fileprivate var hasDigitFirst: Bool { first.map { ("0"..."9").contains($0) } ?? false }

  /// Takes the ASCII digits at the front; returns how many there were.
  fileprivate mutating func removeDigits() -> Int {
    let count = utf8.prefix { (0x30...0x39).contains($0) }.count
    removeFirst(count)
    return count
  }
}
