import Aggregation
import Reporting
import Trials

extension SweepPage {
  private static let trialLimit = 1000

  /// Every trial in a list that opens on demand.
  var trialParts: [HTML] {
    let metrics = report.comparison.metrics
    let names = labels.names
    let shown = results.summaries.prefix(Self.trialLimit)
    let rows = shown.map { summary in
      [HTML.code(summary.trial.id.description)]
        + names.map { HTML(summary.trial.configuration.values[$0].map(Self.text) ?? "") } + [
          HTML(summary.state.rawValue)
        ]
        + metrics.map { HTML(summary.metrics[$0.name].map(Self.number) ?? "") }
    }
    let header =
      ["trial"] + names + ["state"] + metrics.map { $0.units == "1" ? $0.name : "\($0.name) (\($0.units))" }
    let rest = results.summaries.count - shown.count
    let remark =
      rest > 0
      ? [HTML.paragraph("\(rest) more are left out here; the exports and summary.h5 have them.")] : []
    return [
      .element(
        "details", [:],
        [.element("summary", [:], HTML("\(shown.count) trials with their last numbers"))]
          + [.table(header, Array(rows), numbersFrom: names.count + 2)] + remark)
    ]
  }

  private static func text(_ value: HyperparameterValue) -> String {
    if case .real(let number) = value, value.labelText.count > 8 { return Self.number(number) }
    return value.labelText
  }

  /// Six digits, enough to tell trials apart; the CSV and HDF5 files have all.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value.description }
    if value == value.rounded(), abs(value) < 1e7 { return String(Int(value)) }
    let magnitude = abs(value)
    guard magnitude >= 1e-3, magnitude < 1e7 else { return scientific(value) }
    let decimals = max(0, 5 - Int(exactly: log10Floor(magnitude))!)
    return fixed(value, decimals)
  }

  private static func log10Floor(_ value: Double) -> Double {
    var (power, exponent) = (1.0, 0.0)
    while power * 10 <= value { (power, exponent) = (power * 10, exponent + 1) }
    while power > value { (power, exponent) = (power / 10, exponent - 1) }
    return exponent
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let digits = String(Int((abs(value) * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let text = decimals == 0 ? padded : padded.dropLast(decimals) + "." + padded.suffix(decimals)
    return (value < 0 ? "−" : "") + text
  }

  private static func scientific(_ value: Double) -> String {
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return (value < 0 ? "−" : "") + fixed(mantissa, 5) + "e\(exponent)"
  }
}
