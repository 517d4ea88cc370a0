import FoundationEssentials
import Reporting

extension SweepPage {
  /// Each figure with its numbers to download.
  var figureParts: [HTML] {
    figures.map { named in
      let csv = Data(named.figure.csv.utf8).base64EncodedString()
      let name = "\(named.name).csv"
      let link = HTML.element("a", ["download": name, "href": "data:text/csv;base64,\(csv)"], HTML(name))
      return .element(
        "figure", [:], .element("h3", [:], HTML(named.figure.title)),
        .element("div", ["class": "scroll", "tabindex": "0"], HTML(markup: named.figure.drawing)),
        .element(
          "figcaption", [:], HTML(named.figure.sentences.joined(separator: " ")),
          .element("span", ["class": "screen"], HTML(" Its numbers: ") + link + HTML("."))))
    }
  }

  var pictureParts: [HTML] {
    guard !pictures.isEmpty else { return [] }
    let shown = pictures.map { picture in
      let data = Data(picture.sheet.encoded).base64EncodedString()
      return HTML.element(
        "figure", [:],
        .single(
          "img",
          [
            "src": "data:image/png;base64,\(data)", "width": String(picture.sheet.width),
            "height": String(picture.sheet.height),
            "alt": "\(picture.count) test images above their reconstructions by \(picture.name)",
          ]),
        .element(
          "figcaption", [:], HTML(picture.name + ", "), .code(picture.trial.description)))
    }
    let rest =
      leftOutPictures > 0
      ? " \(leftOutPictures) more models or settings are left out; their files have them." : ""
    return [
      .paragraph(
        "Test images above the mean of p(x given z): the first seed of each row of the comparison.\(rest)"),
      .element("div", ["class": "pictures"], shown),
    ]
  }
}
