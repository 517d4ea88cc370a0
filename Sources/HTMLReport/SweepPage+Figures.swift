import FoundationEssentials
import Pictures
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
      Self.figure(
        picture.sheet, of: picture,
        telling: "\(picture.count) test images above their reconstructions by \(picture.name)")
    }
    let rest =
      leftOutPictures > 0
      ? " \(leftOutPictures) more models or settings are left out; their files have them." : ""
    return [
      .paragraph(
        "Test images above the mean of p(x given z): the first seed of each row of the comparison.\(rest)"),
      .element("div", ["class": "pictures"], shown),
    ] + traversalParts
  }

  private var traversalParts: [HTML] {
    let shown = pictures.compactMap { picture in
      picture.traversals.map {
        Self.figure(
          $0, of: picture, telling: "reconstructions by \(picture.name) with one latent variable moved")
      }
    }
    guard !shown.isEmpty else { return [] }
    return [
      .element("h3", [:], HTML("Latent traversals")),
      .paragraph(
        "The first test image with one latent variable moved, a row for each of the first: a discrete one takes each of"
          + " its categories, a normal one values from −1.5 to 1.5. The trial files have all."),
      .element("div", ["class": "pictures"], shown),
    ]
  }

  private static func figure(_ sheet: PNGPicture, of picture: TrialPictures, telling: String) -> HTML {
    let data = Data(sheet.encoded).base64EncodedString()
    return .element(
      "figure", [:],
      .single(
        "img",
        [
          "src": "data:image/png;base64,\(data)", "width": String(sheet.width),
          "height": String(sheet.height), "alt": telling,
        ]),
      .element("figcaption", [:], HTML(picture.name + ", "), .code(picture.trial.description)))
  }
}
