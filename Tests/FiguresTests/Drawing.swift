import Foundation
import Testing

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser finds in a figure's SVG.
struct Drawing {
  struct Text: CustomStringConvertible {
    let text: String
    let box: Box
    var description: String { "'\(text)' \(box)" }
  }
  struct Box {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
  }

  let width: Double
  let height: Double
  let texts: [Text]
  let paths: [(style: String, commands: String)]

  /// - Parameter text: another drawing of the figure; nil for its SVG.
  init(_ figure: Figure, text: String? = nil) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data((text ?? figure.svg).utf8))
    parser.delegate = reader
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.coderReadCorrupt) }
    let sides = reader.viewBox.split(separator: " ").compactMap { Double($0) }
    width = try #require(sides.count == 4 ? sides[2] : nil)
    height = sides[3]
    texts = reader.texts
    paths = reader.paths
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var viewBox = ""
    var texts: [Text] = []
    var paths: [(style: String, commands: String)] = []
    private var attributes: [String: String] = [:]
    private var content: String?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      switch name {
      case "svg": viewBox = attributes["viewBox"] ?? ""
      case "path": paths.append((attributes["class"] ?? "", attributes["d"] ?? ""))
      case "text":
        self.attributes = attributes
        content = ""
      default: break
      }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { content? += characters }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      guard name == "text", let text = content else { return }
      content = nil
      texts.append(Text(text: text, box: box(of: text)))
    }

    private func box(of text: String) -> Box {
      let x = attributes["x"].flatMap(Double.init) ?? .nan
      let y = attributes["y"].flatMap(Double.init) ?? .nan
      let style = attributes["class"]
      let size = style == "title" ? Typography.title : Typography.body
      let width = Typography.width(text, size: size, isBold: style == "title" || style == "heading")
      let shares: [String: Double] = ["middle": 0.5, "end": 1]
      let share = shares[attributes["text-anchor"] ?? "start"] ?? 0
      // Ascenders and descenders reach so far from the baseline.
      let (above, below) = (0.75 * size, 0.22 * size)
      if attributes["transform"] != nil {
        return Box(left: x - above, right: x + below, top: y - width * (1 - share), bottom: y + width * share)
      }
      return Box(left: x - width * share, right: x + width * (1 - share), top: y - above, bottom: y + below)
    }
  }
}
