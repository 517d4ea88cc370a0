import Figures
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SVGTests {
  private func line(_ values: [Double], _ name: String = "a", style: Int = 0) -> Figure.Series {
    Figure.Series(
      name, style: style,
      points: values.enumerated().map { Figure.Point(x: Double($0), y: $1, low: $1 - 1, high: $1 + 1) })
  }

  private func figure(_ series: Figure.Series..., scale: Figure.Scale = .linear) -> Figure {
    Figure(
      title: "title", caption: ["One sentence."],
      panels: [
        Figure.Panel(
          x: Figure.Axis("epoch", isWhole: true), y: Figure.Axis("loss", units: "nats", scale: scale),
          series: series)
      ])
  }

  @Test func itIsXMLWithTitleAxesUnitsAndLegend() throws {
    let drawing = try Drawing(figure(line([3, 2, 1], "GS, temp 0.5"), line([1, 2, 5], "IGR", style: 1)))
    #expect(drawing.texts.map(\.text).first == "title")
    for text in ["One sentence.", "epoch", "loss (nats)", "GS, temp 0.5", "IGR", "0", "1", "2"] {
      #expect(drawing.texts.contains { $0.text == text }, "\(text)")
    }
    #expect(drawing.paths.contains { $0.style == "line0" } && drawing.paths.contains { $0.style == "line1" })
    #expect(drawing.paths.contains { $0.style == "band1" } && drawing.paths.contains { $0.style == "mark1" })
  }

  @Test func aDrawingLeavesItsWordsToThePage() throws {
    let figure = figure(line([3, 2, 1], "GS"))
    let drawing = try Drawing(figure, text: figure.drawing)
    for text in ["title", "One sentence."] { #expect(!drawing.texts.contains { $0.text == text }, "\(text)") }
    for text in ["GS", "epoch", "loss (nats)"] {
      #expect(drawing.texts.contains { $0.text == text }, "\(text)")
    }
    #expect(
      figure.drawing.contains("<title>title</title>") && figure.drawing.contains("<desc>One sentence.</desc>")
    )
    #expect(figure.sentences == ["One sentence."])
  }

  @Test func namesAreEscaped() throws {
    let name = "a<b> & \"c\" 'd' ]]> \u{1} é 模型"
    let drawing = try Drawing(figure(line([1, 2], name)))
    #expect(drawing.texts.contains { $0.text == name.replacing("\u{1}", with: "\u{FFFD}") })
  }

  @Test func whatIsNotANumberIsLeftOut() throws {
    let infinite = Double.infinity
    let points = [
      Figure.Point(x: 0, y: .nan), Figure.Point(x: 1, y: 2, low: .nan, high: 3),
      Figure.Point(x: 2, y: infinite), Figure.Point(x: .nan, y: 1),
      Figure.Point(x: 3, y: 4, low: -infinite, high: infinite),
      Figure.Point(x: 4, y: 1e300), Figure.Point(x: 5, y: 5, low: 4),
    ]
    let figure = figure(Figure.Series("a", style: 0, points: points))
    let text = figure.svg
    for word in ["nan", "inf", "NaN"] { #expect(!text.contains(word), "\(word)") }
    #expect(
      try Drawing(figure).paths.filter { $0.style == "mark0" }.last?.commands.filter { $0 == "M" }.count == 3)
    #expect(figure.csv.split(separator: "\n").count == 4)
  }

  @Test func nothingMeasuredIsSaid() throws {
    for series in [[], [line([])], [line([.nan])]] {
      var figure = figure()
      figure.panels[0].series = series
      #expect(try Drawing(figure).texts.contains { $0.text == "nothing was measured" })
    }
    let empty = Figure(title: "", caption: [], panels: [])
    #expect(try Drawing(empty).paths.isEmpty)
    #expect(empty.csv == "metric,units,x,value,low,high,n\n")
  }

  @Test func onePointIsAMarkerWithAWhisker() throws {
    let drawing = try Drawing(figure(line([-7])))
    #expect(drawing.paths.contains { $0.style == "whisker0" })
    // The legend has a line, the panel has none.
    #expect(drawing.paths.filter { $0.style == "line0" }.count == 1)
    #expect(drawing.paths.filter { $0.style == "mark0" }.count == 2)
  }

  @Test func aPointOfFewerValuesHasARingAndThatIsSaid() throws {
    var partial = line([1, 2, 3], style: 5)
    let text = "Ringed: the mean of fewer trials than planned."
    let whole = try Drawing(figure(partial))
    #expect(
      !whole.paths.contains { $0.style == "ring5" } && !whole.texts.contains { $0.text.hasSuffix(text) })
    partial.points[1].isPartial = true
    partial.points[1].low = .nan
    let drawing = try Drawing(figure(partial))
    let rings = drawing.paths.filter { $0.style == "ring5" }.map(\.commands)
    #expect(rings.count == 1 && rings[0].count { $0 == "M" } == 1)
    let markers = drawing.paths.last { $0.style == "mark5" }?.commands ?? ""
    let places = markers.split(separator: "M").map { $0.prefix { $0 != "m" } }
    #expect(places.count == 3 && rings[0].hasPrefix("M\(places[1])m"))
    #expect(drawing.texts.contains { $0.text.hasSuffix(text) })
  }

  @Test func equalFiguresGiveEqualBytes() {
    let one = figure(line([1, 2, 3]), line([0.1, 0.2, 0.3], "b", style: 1))
    let other = figure(line([1, 2, 3]), line([0.1, 0.2, 0.3], "b", style: 1))
    #expect(one.svg == other.svg && one.csv == other.csv)
  }

  @Test func everyStyleIsToldApartWithoutColour() throws {
    let dashes = (0..<Figure.styleCount).map { index in
      let sheet = figure().svg
      let rule = sheet.split(separator: "\n").first { $0.contains(".line\(index){") } ?? ""
      return rule.firstRange(of: "stroke-dasharray").map { String(rule[$0.lowerBound...]) } ?? "solid"
    }
    #expect(Set(dashes).count == Figure.styleCount)
    let markers = try (0..<Figure.styleCount).map { index in
      let mark = try Drawing(figure(line([1], style: index))).paths.first { $0.style == "mark\(index)" }
      return mark.map { String($0.commands.drop { $0 != "m" }) } ?? ""
    }
    // The last is the first, hollow.
    #expect(Set(markers).count == Figure.styleCount - 1)
  }

  @Test func oneEntryOfTheLegendStandsForAllPanels() throws {
    var figure = figure(line([1, 2], "shared"))
    figure.panels += figure.panels
    #expect(try Drawing(figure).texts.count { $0.text == "shared" } == 1)
  }

  @Test func intervalsFarBeyondTheValuesAreCutAndThatIsSaid() throws {
    let points = (0..<5).map { Figure.Point(x: Double($0), y: Double($0), low: -1000, high: 1000) }
    let text = "Intervals that leave the frame are cut."
    let wide = try Drawing(figure(Figure.Series("a", style: 0, points: points)))
    #expect(wide.texts.contains { $0.text.hasSuffix(text) })
    #expect(try !Drawing(figure(line([1, 2, 3]))).texts.contains { $0.text.hasSuffix(text) })
  }

  /// Names of any length, any number of panels, series and points: every text lies in the view box, and no two
  /// texts of one line touch, by the widths that the drawing itself uses.
  @Test(arguments: 1...60) func noTextIsClippedOrOverlaps(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    func word(_ length: ClosedRange<Int>) -> String {
      String(
        (0..<Int.random(in: length, using: &random)).map { _ in
          "abcdefgiMW_0189,= ".randomElement(using: &random) ?? "a"
        })
    }
    let marks: [Figure.Mark] = [.line, .line, .bars, .steps]
    let panels = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      let size = Double(sign: .plus, exponent: Int.random(in: -30...30, using: &random), significand: 1)
      let mark = marks.randomElement(using: &random) ?? .line
      let series = (0..<Int.random(in: 0...8, using: &random)).map { style in
        Figure.Series(
          word(1...40), style: style, mark: mark,
          points: (0..<Int.random(in: 0...60, using: &random)).map { index in
            let y = Double.random(in: -1...1, using: &random) * size
            return Figure.Point(x: Double(index), y: y, low: y - size, high: y + size)
          })
      }
      return Figure.Panel(
        heading: word(0...120), x: Figure.Axis(word(1...30)),
        y: Figure.Axis(word(1...50), units: "nats", scale: .logarithmic), series: series)
    }
    let figure = Figure(title: word(1...150), caption: [word(0...300), word(0...50)], panels: panels)
    #expect(!figure.svg.lowercased().contains("nan"))
    let drawing = try Drawing(figure)
    let boxes = drawing.texts.map(\.box)
    for (text, box) in zip(drawing.texts, boxes) {
      #expect(
        box.left >= 0 && box.right <= drawing.width && box.top >= 0 && box.bottom <= drawing.height,
        "seed \(seed): \(text)")
    }
    for (index, box) in boxes.enumerated() {
      for other in boxes.indices.dropFirst(index + 1) where box.overlaps(boxes[other]) {
        Issue.record("seed \(seed): \(drawing.texts[index]) \(drawing.texts[other])")
      }
    }
  }
}
