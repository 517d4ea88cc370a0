import FoundationEssentials
import Glibc
import ResultStore
import Scheduling
import Trials

/// Why an order's file is none.
public struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}

/// A results folder's letter box: people put orders in, the coordinator carries them out and answers.
///
/// An order is a small JSON file, put there by rename. It stays until it is carried out, by this coordinator or by
/// the next one.
public struct ControlFolder: Sendable {
  /// Rises when an older coordinator could misread an order.
  static let version = 1

  private let paths: RunPaths

  public init(_ paths: RunPaths) { self.paths = paths }

  // MARK: A person's side

  /// Puts an order in.
  ///
  /// - Parameter by: who gives it, `user@host`.
  /// - Throws: `ResultStoreError` with the system's reason.
  public func put(_ command: SweepCommand, by: String) throws -> SweepOrder {
    try paths.makeControlFolder()
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    // Digits of equal length sort as the times do.
    let milliseconds = Int(now.tv_sec) * 1000 + Int(now.tv_nsec) / 1_000_000
    let id = "\(milliseconds)-\(String(UInt32.random(in: .min ... .max), radix: 16))"
    let order = SweepOrder(id: id, command: command, by: by)
    try DurableFile.replace(paths.orderFile(id), with: Self.json(order) + "\n")
    return order
  }

  /// Takes the answer to an order out; nil while there is none.
  public func takeAnswer(to order: SweepOrder) -> String? {
    guard let text = try? DurableFile.read(paths.answerFile(order.id)),
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    else { return nil }
    try? DurableFile.remove(paths.answerFile(order.id))
    return answer.text
  }

  /// Orders that wait to be carried out, oldest first; what is none is left out.
  public func waiting() -> [SweepOrder] {
    ((try? paths.waitingOrders()) ?? []).compactMap { try? read($0) }
  }

  // MARK: The coordinator's side

  /// - Throws: `ControlError` when the file is no order; `ResultStoreError` when it cannot be read.
  func read(_ id: String) throws -> SweepOrder {
    try Self.order(json: try DurableFile.read(paths.orderFile(id)), id: id)
  }

  func waitingIDs() throws(ResultStoreError) -> [String] { try paths.waitingOrders() }

  /// Writes the answer and takes the order away.
  func answer(_ id: String, _ text: String) throws {
    try paths.makeControlFolder()
    let data = try JSONEncoder().encode(Answer(text: text))
    try DurableFile.replace(paths.answerFile(id), with: String(decoding: data, as: UTF8.self) + "\n")
    try DurableFile.remove(paths.orderFile(id))
  }

  // MARK: Form

  private struct Answer: Codable { var text: String }

  private struct Form: Codable {
    var version: Int
    var command: String
    var by: String
    /// Absent: all that the command can mean.
    var trials: [String]?
    var priority: Int?
    var host: String?
  }

  static func json(_ order: SweepOrder) -> String {
    var form = Form(version: version, command: "", by: order.by)
    switch order.command {
    case .pause: form.command = "pause"
    case .drain: form.command = "drain"
    case .resume: form.command = "resume"
    case .cancel(let trials): (form.command, form.trials) = ("cancel", trials?.map(\.description))
    case .retry(let trials): (form.command, form.trials) = ("retry", trials?.map(\.description))
    case .prioritize(let trials, let priority):
      (form.command, form.trials, form.priority) = ("priority", trials.map(\.description), priority)
    case .retryNode(let host): (form.command, form.host) = ("retry node", host)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Strings and integers always encode.
    guard let data = try? encoder.encode(form) else {
      preconditionFailure("an order that is no JSON: \(order)")
    }
    return String(decoding: data, as: UTF8.self)
  }

  static func order(json: String, id: String) throws(ControlError) -> SweepOrder {
    let form: Form
    do { form = try JSONDecoder().decode(Form.self, from: Data(json.utf8)) } catch {
      throw ControlError(description: "is no order: \(error)")
    }
    guard form.version <= version else {
      throw ControlError(
        description:
          "has version \(form.version), this coordinator reads up to \(version): use one igr for both")
    }
    var trials: [TrialID]?
    if let texts = form.trials {
      trials = []
      for text in texts {
        guard let trial = TrialID(text) else { throw ControlError(description: "'\(text)' is no trial's id") }
        trials?.append(trial)
      }
    }
    switch (form.command, trials, form.priority, form.host) {
    case ("pause", nil, nil, nil): return SweepOrder(id: id, command: .pause, by: form.by)
    case ("drain", nil, nil, nil): return SweepOrder(id: id, command: .drain, by: form.by)
    case ("resume", nil, nil, nil): return SweepOrder(id: id, command: .resume, by: form.by)
    case ("cancel", let trials, nil, nil): return SweepOrder(id: id, command: .cancel(trials), by: form.by)
    case ("retry", let trials, nil, nil): return SweepOrder(id: id, command: .retry(trials), by: form.by)
    case ("priority", let trials?, let priority?, nil):
      return SweepOrder(id: id, command: .prioritize(trials, priority), by: form.by)
    case ("retry node", nil, nil, let host?):
      return SweepOrder(id: id, command: .retryNode(host: host), by: form.by)
    default: throw ControlError(description: "'\(form.command)' with these fields is no command")
    }
  }
}
