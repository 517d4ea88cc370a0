import Aggregation
import Trials

/// The texts of the command-line options of tables; nil or empty leaves the default.
public struct TableRequestTexts: Hashable, Sendable {
  /// Hyperparameters, separated by commas; `none` for none where that makes sense.
  public var rows: String?
  public var columns: String?
  /// Each one or more metrics, separated by commas.
  public var metrics: [String] = []
  public var over: String?
  public var select: String?
  /// One metric.
  public var by: String?
  /// Each `name=value`.
  public var filters: [String] = []
  /// `t` or `bootstrap`.
  public var interval: String?
  public var allowsTestSelection = false

  public init() {}
}

extension TableRequest {
  /// A request with what options name in place of its own.
  ///
  /// - Parameter base: the usual table of an experiment, or a preset.
  /// - Throws: `OptionError` for a metric or hyperparameter that does not exist; `TrialFilter.Problem` for a filter that is
  ///   none. How names go together is checked when the table is built.
  public init(_ texts: TableRequestTexts, base: TableRequest) throws {
    self = base
    if let rows = texts.rows { self.rows = try Self.hyperparameters(rows, option: "--rows") }
    if let columns = texts.columns { self.columns = try Self.hyperparameters(columns, option: "--columns") }
    if let over = texts.over { self.over = try Self.hyperparameters(over, option: "--over") }
    if let select = texts.select { self.select = try Self.hyperparameters(select, option: "--select") }
    if !texts.metrics.isEmpty {
      metrics = []
      for name in texts.metrics.flatMap(Self.list) {
        let metric = try Self.metric(name, option: "--metric")
        if !metrics.contains(metric) { metrics.append(metric) }
      }
    }
    if let by = texts.by { self.by = try Self.metric(by, option: "--by") }
    if !texts.filters.isEmpty { filter = try TrialFilter(texts.filters) }
    switch texts.interval {
    case nil: break
    case "t": interval = .studentT
    case "bootstrap": interval = .bootstrap()
    case let other?: throw OptionError(description: "--interval: '\(other)' is neither t nor bootstrap")
    }
    allowsTestSelection = texts.allowsTestSelection
  }

  /// Why an option's text names nothing.
  public struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  private static func list(_ text: String) -> [String] {
    if text == "none" { return [] }
    return text.split(separator: ",").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func hyperparameters(_ text: String, option: String) throws(OptionError) -> [String] {
    let names = list(text)
    for name in names where Hyperparameter.named(name) == nil {
      let nearest = nearestName(to: name, among: Hyperparameter.everyName)
      throw OptionError(
        description: "\(option): unknown hyperparameter '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    return names
  }

  private static func metric(_ name: String, option: String) throws(OptionError) -> Metric {
    if let metric = Metric.named(name) { return metric }
    let nearest = nearestName(to: name, among: Metric.all.map(\.name))
    throw OptionError(
      description: "\(option): unknown metric '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
  }
}
