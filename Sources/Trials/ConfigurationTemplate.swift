/// What many trials have in common: every hyperparameter but those of `freeNames`, with the texts that their identities
/// are made of. Immutable.
final class ConfigurationTemplate: Sendable {
  /// Names from whose values nothing else follows, so that one checked configuration gives others by putting in other
  /// values; `checkFreeValues` holds the few combinations that still matter.
  static let freeNames: Set<String> = [
    "seed", "temp", "learning_rate", "threshold", "quantile", "gamma", "weight_decay",
  ]

  /// Where a name's value is.
  enum Place {
    case shared(HyperparameterValue)
    case own(Int)
  }

  /// Every applicable name.
  let places: [String: Place]
  /// The free names that apply, sorted.
  let ownNames: [String]
  let contentHash: Int
  private let whole: [Piece]
  private let identity: [Piece]

  /// A part of the canonical JSON.
  private enum Piece {
    /// Members with commas between them.
    case text(String)
    /// The member of a free name: its beginning, its place, and the value at which it is left out of the identity.
    case own(String, Int, neutral: HyperparameterValue?)
  }

  private init(_ values: [String: HyperparameterValue]) {
    let names = values.keys.sorted()
    let ownNames = names.filter(Self.freeNames.contains)
    var places: [String: Place] = [:]
    var shared: [String: HyperparameterValue] = [:]
    for (name, value) in values {
      if let index = ownNames.firstIndex(of: name) {
        places[name] = .own(index)
      } else {
        places[name] = .shared(value)
        shared[name] = value
      }
    }
    self.places = places
    self.ownNames = ownNames
    contentHash = shared.hashValue
    func pieces(isIdentity: Bool) -> [Piece] {
      var pieces: [Piece] = []
      var members: [String] = []
      func flush() {
        if !members.isEmpty { pieces.append(.text(members.joined(separator: ","))) }
        members = []
      }
      for name in names {
        guard let value = values[name] else { continue }
        let hyperparameter = Hyperparameter.named(name)
        let neutral =
          isIdentity && hyperparameter?.isNeutralAtDefault == true ? hyperparameter?.defaultValue : nil
        let beginning = HyperparameterValue.quoted(name) + ":"
        if let index = ownNames.firstIndex(of: name) {
          flush()
          pieces.append(.own(beginning, index, neutral: neutral))
        } else if value != neutral {
          members.append(beginning + value.canonicalJSON)
        }
      }
      flush()
      return pieces
    }
    whole = pieces(isIdentity: false)
    identity = pieces(isIdentity: true)
  }

  /// The template of a complete set of values, and the values of its free names.
  static func of(
    _ values: [String: HyperparameterValue]
  ) -> (template: ConfigurationTemplate, own: [HyperparameterValue]) {
    let template = ConfigurationTemplate(values)
    return (template, template.ownNames.compactMap { values[$0] })
  }

  func json(of own: [HyperparameterValue], isIdentity: Bool) -> String {
    var text = "{"
    text.reserveCapacity(1024)
    for piece in isIdentity ? identity : whole {
      if case .own(_, let index, let neutral?) = piece, own[index] == neutral { continue }
      if text.utf8.count > 1 { text += "," }
      switch piece {
      case .text(let members): text += members
      case .own(let beginning, let index, _):
        text += beginning
        text += own[index].canonicalJSON
      }
    }
    return text + "}"
  }

  /// The values of the free names in the canonical JSON of a configuration with this template, as they stand there.
  ///
  /// - Returns: nil for any other text.
  func ownValues(in text: String) -> [(name: String, value: HyperparameterValue)]? {
    var rest = text.utf8[...]
    func skip(_ expected: String) -> Bool {
      guard rest.starts(with: expected.utf8) else { return false }
      rest = rest.dropFirst(expected.utf8.count)
      return true
    }
    var values: [(name: String, value: HyperparameterValue)] = []
    guard skip("{") else { return nil }
    for (place, piece) in whole.enumerated() {
      if place > 0, !skip(",") { return nil }
      switch piece {
      case .text(let members): if !skip(members) { return nil }
      case .own(let beginning, let index, _):
        guard skip(beginning) else { return nil }
        let word = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        rest = rest.dropFirst(word.count)
        guard let number = Self.number(Substring(word)) else { return nil }
        values.append((ownNames[index], number))
      }
    }
    return skip("}") && rest.isEmpty ? values : nil
  }

  private static func number(_ text: Substring) -> HyperparameterValue? {
    if let integer = Int(text) { return .integer(integer) }
    return Double(text).map { .real($0) }
  }

  func isEqual(to other: ConfigurationTemplate) -> Bool {
    guard contentHash == other.contentHash, places.count == other.places.count else { return false }
    return places.allSatisfy { name, place in
      switch (place, other.places[name]) {
      case (.own(let a), .own(let b)?): a == b
      case (.shared(let a), .shared(let b)?): a == b
      default: false
      }
    }
  }
}

/// The values of a configuration by their names, read without a copy.
public struct HyperparameterValues: Sequence, Sendable {
  let configuration: TrialConfiguration

  public subscript(name: String) -> HyperparameterValue? {
    switch configuration.template.places[name] {
    case .shared(let value): value
    case .own(let index): configuration.own[index]
    case nil: nil
    }
  }

  public var count: Int { configuration.template.places.count }
  public var keys: some Collection<String> { configuration.template.places.keys }

  /// In no order.
  public func makeIterator() -> AnyIterator<(key: String, value: HyperparameterValue)> {
    var places = configuration.template.places.makeIterator()
    let own = configuration.own
    return AnyIterator {
      places.next().map { name, place in
        switch place {
        case .shared(let value): (name, value)
        case .own(let index): (name, own[index])
        }
      }
    }
  }

  /// A copy, to be changed.
  public var dictionary: [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value) })
  }
}
