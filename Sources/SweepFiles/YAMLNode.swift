import Trials
import Yams

/// A YAML document as far as sweep files and cluster profiles need it, every part with its place.
public struct YAMLNode {
  public struct Entry {
    public let key: String
    public let place: SweepFileProblem.Place
    public let value: YAMLNode

    public init(key: String, place: SweepFileProblem.Place, value: YAMLNode) {
      self.key = key
      self.place = place
      self.value = value
    }
  }
  public enum Content {
    case null
    case scalar(HyperparameterValue)
    case sequence([YAMLNode])
    /// In the order of the file; keys are distinct.
    case mapping([Entry])
  }

  public let content: Content
  public let place: SweepFileProblem.Place

  var kindInWords: String {
    switch content {
    case .null: "nothing"
    case .scalar(let value): value.kindInWords
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// As `kindInWords`, telling an empty list or mapping as such.
  public var kindOrEmptinessInWords: String {
    switch content {
    case .sequence(let elements) where elements.isEmpty: "an empty list"
    case .mapping(let entries) where entries.isEmpty: "an empty mapping"
    default: kindInWords
    }
  }

  /// A scalar as a person would write it; nil for anything else.
  public var scalarText: String? {
    if case .scalar(let value) = content { value.displayText } else { nil }
  }

  var isSequence: Bool {
    if case .sequence = content { true } else { false }
  }

  /// Nil for anything but a finite number.
  var number: Double? {
    switch content {
    case .scalar(.integer(let value)): Double(value)
    case .scalar(.real(let value)) where value.isFinite: value
    default: nil
    }
  }
}

// MARK: - Reading

extension YAMLNode {
  /// Reads one document. Aliases are resolved: a node that was written once and referred to twice keeps its one place.
  ///
  /// - Parameters:
  ///   - place: turns a line and column of `text` into the place to report.
  /// - Returns: nil for a text without a document.
  /// - Throws: `YAMLProblem` for a syntax error, a repeated key, a second document or a tag.
  public static func reading(
    _ text: String, place: (_ line: Int, _ column: Int) -> SweepFileProblem.Place
  ) throws(YAMLProblem) -> YAMLNode? {
    let root: Node?
    do {
      // Tags are resolved by `CoreSchema`; Yams's own rules are those of YAML 1.1, with `yes` as true.
      root = try Yams.compose(yaml: text, .basic)
    } catch let error as YamlError {
      throw YAMLProblem(error, in: text, place: place)
    } catch {
      throw YAMLProblem(place: .wholeFile, message: "not readable as YAML: \(error)")
    }
    return try root.map { node throws(YAMLProblem) in try YAMLNode(node, place: place, depth: 0) }
  }

  /// Deepest nesting a sweep file can need is 5 (a list of numbers in a generator in grid); the limit stops a chain
  /// of aliases from growing without end.
  private static let deepestNesting = 8

  private init(
    _ node: Node, place: (_ line: Int, _ column: Int) -> SweepFileProblem.Place, depth: Int
  ) throws(YAMLProblem) {
    let here = node.mark.map { place($0.line, $0.column) } ?? .wholeFile
    guard depth <= Self.deepestNesting else {
      throw YAMLProblem(place: here, message: "nested deeper than anything in a sweep file can be")
    }
    self.place = here
    switch node {
    case .scalar(let scalar):
      content = try Self.scalar(scalar, at: here)
    case .sequence(let sequence):
      var elements: [YAMLNode] = []
      for element in sequence { elements.append(try YAMLNode(element, place: place, depth: depth + 1)) }
      content = .sequence(elements)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        let keyPlace = key.mark.map { place($0.line, $0.column) } ?? here
        guard let name = key.scalar?.string else {
          throw YAMLProblem(place: keyPlace, message: "a name is needed before the colon")
        }
        guard name != "<<" else {
          throw YAMLProblem(
            place: keyPlace,
            message: "merge keys ('<<') are not there yet; refer to whole values with '*name'")
        }
        let child = try YAMLNode(value, place: place, depth: depth + 1)
        entries.append(Entry(key: name, place: keyPlace, value: child))
      }
      content = .mapping(entries)
    case .alias:
      throw YAMLProblem(place: here, message: "an alias without its anchor")
    }
  }

  private static func scalar(
    _ scalar: Node.Scalar, at place: SweepFileProblem.Place
  ) throws(YAMLProblem) -> Content {
    switch scalar.tag.rawValue {
    case Tag.Name.str.rawValue: return .scalar(.string(scalar.string))
    case Tag.Name.implicit.rawValue where scalar.style == .plain:
      return CoreSchema.value(ofPlain: scalar.string).map(Content.scalar) ?? .null
    case Tag.Name.implicit.rawValue, Tag.Name.nonSpecific.rawValue: return .scalar(.string(scalar.string))
    case let tag:
      throw YAMLProblem(place: place, message: "the tag '\(tag)' is not there yet; write the value as it is")
    }
  }
}

/// A fault that ends the reading of a YAML text: nothing after it can be trusted.
public struct YAMLProblem: Error {
  public let place: SweepFileProblem.Place
  public let message: String

  init(place: SweepFileProblem.Place, message: String) {
    self.place = place
    self.message = message
  }

  init(
    _ error: YamlError, in text: String, place: (_ line: Int, _ column: Int) -> SweepFileProblem.Place
  ) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let introduction = context.map { "\($0.text) that began in line \($0.mark.line): " } ?? ""
      self.init(place: place(mark.line, mark.column), message: "not valid YAML: " + introduction + problem)
    case .reader(let problem, let offset, _, _):
      let before = offset.map { text.prefix($0) } ?? ""
      let line = before.count { $0.isNewline } + 1
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      self.init(place: place(line, column), message: "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        place: place(context.mark.line, context.mark.column),
        message: "'\(duplicates.first ?? "")' is given twice in one mapping; the first is here, remove one")
    default:
      self.init(place: .wholeFile, message: "not readable as YAML: \(error)")
    }
  }
}
