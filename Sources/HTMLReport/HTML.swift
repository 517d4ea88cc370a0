import Markup

/// A piece of an HTML page. Texts become HTML here and nowhere else, so that no name of a user is taken for markup.
struct HTML: Hashable, Sendable {
  private(set) var text: String

  /// Markup as it is.
  init(markup: String) { text = markup }

  /// Plain text.
  init(_ plain: String) { text = MarkupText.escaped(plain) }

  /// An element with its content; attributes in the order given.
  static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: HTML...)
    -> HTML
  {
    element(name, attributes, content)
  }

  static func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: [HTML])
    -> HTML
  {
    HTML(markup: "<\(tag(name, attributes))>" + content.map(\.text).joined() + "</\(name)>")
  }

  /// An element that has no content and no end.
  static func single(_ name: String, _ attributes: KeyValuePairs<String, String>) -> HTML {
    HTML(markup: "<\(tag(name, attributes))>")
  }

  /// A table in a box that scrolls by itself where the page is narrow.
  static func table(_ header: [String], _ rows: [[HTML]], numbersFrom firstNumber: Int = .max) -> HTML {
    func cell(_ name: String, _ index: Int, _ content: HTML) -> HTML {
      index >= firstNumber ? element(name, ["class": "number"], content) : element(name, [:], content)
    }
    func row(_ name: String, _ cells: [HTML]) -> HTML {
      element("tr", [:], cells.enumerated().map { cell(name, $0.offset, $0.element) })
    }
    return element(
      "div", ["class": "scroll", "tabindex": "0"],
      element(
        "table", [:], element("thead", [:], row("th", header.map { HTML($0) })),
        element("tbody", [:], rows.map { row("td", $0) })))
  }

  static func paragraph(_ plain: String) -> HTML { element("p", [:], HTML(plain)) }
  static func code(_ plain: String) -> HTML { element("code", [:], HTML(plain)) }
  static func preformatted(_ plain: String) -> HTML {
    element("pre", ["tabindex": "0"], element("code", [:], HTML(plain)))
  }

  static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }

  private static func tag(_ name: String, _ attributes: KeyValuePairs<String, String>) -> String {
    name + attributes.map { " \($0.key)=\"\(MarkupText.escaped($0.value))\"" }.joined()
  }
}

extension [HTML] {
  func joined() -> HTML { HTML(markup: map(\.text).joined(separator: "\n")) }
}
