import Aggregation
import Trials

extension TableRequest {
  /// A request from the texts of command-line options; nil leaves the default.
  ///
  /// - Parameters:
  ///   - rows: hyperparameters, separated by commas.
  ///   - metrics: metrics, separated by commas.
  ///   - over: hyperparameters, separated by commas; `none` for none.
  ///   - select: hyperparameters, separated by commas; `none` for none.
  ///   - by: one metric.
  ///   - experiment: whose usual table shows what no option names.
  /// - Throws: `OptionError` for a metric that does not exist. Names of hyperparameters are checked when the table
  ///   is built.
  public init(
    rows: String?, metrics: String?, over: String?, select: String?, by: String?,
    experiment: Experiment = .vae
  ) throws(OptionError) {
    self = .standard(for: experiment)
    if let rows { self.rows = Self.list(rows) }
    if let over { self.over = over == "none" ? [] : Self.list(over) }
    if let select { self.select = select == "none" ? [] : Self.list(select) }
    if let metrics {
      self.metrics = []
      for name in Self.list(metrics) { self.metrics.append(try Self.metric(name, option: "--metric")) }
    }
    if let by { self.by = try Self.metric(by, option: "--by") }
  }

  /// Why an option's text names nothing.
  public struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func metric(_ name: String, option: String) throws(OptionError) -> Metric {
    if let metric = Metric.named(name) { return metric }
    let nearest = nearestName(to: name, among: Metric.all.map(\.name))
    throw OptionError(
      description: "\(option): unknown metric '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
  }
}
