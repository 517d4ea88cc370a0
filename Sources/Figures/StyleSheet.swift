/// The style sheet of every figure. The same text for all, so that several figures may lie in one HTML page.
enum StyleSheet {
  /// Each declaration comes twice, first with the colour itself: programs that know no custom properties (librsvg)
  /// take the first, all others the second. Dark colours are for screens only, so that a print is always light.
  static let text: String = {
    let colours =
      [
        ("paper", "#ffffff", "#15181c"), ("ink", "#1b1b1b", "#eceff1"), ("quiet", "#4d5358", "#b4bcc4"),
        ("grid", "#e2e5e8", "#32383e"),
      ]
      + SeriesStyle.all.enumerated().map { ("series-\($0)", $1.light, $1.dark) }
    func variables(_ colour: ((String, String, String)) -> String) -> String {
      colours.map { "--\($0.0):\(colour($0))" }.joined(separator: ";")
    }
    func rule(_ name: String, _ property: String, _ colour: Int, _ rest: String = "") -> String {
      let (variable, light, _) = colours[colour]
      return ".igr-figure .\(name){\(property):\(light);\(property):var(--\(variable))\(rest)}"
    }
    let (paper, ink, quiet, grid, first) = (0, 1, 2, 3, 4)
    var rules = [
      ".igr-figure{\(variables { $0.1 });max-width:100%;height:auto}",
      "@media screen and (prefers-color-scheme:dark){.igr-figure{\(variables { $0.2 })}}",
      ".igr-figure text{font-family:\(Typography.families);font-size:\(Typography.body)px}",
      rule("paper", "fill", paper), rule("text", "fill", ink),
      rule("title", "fill", ink, ";font-size:\(Typography.title)px;font-weight:bold"),
      rule("heading", "fill", ink, ";font-weight:bold"), rule("quiet", "fill", quiet),
      rule("grid", "stroke", grid, ";fill:none"), rule("axis", "stroke", quiet, ";fill:none"),
    ]
    for (index, style) in SeriesStyle.all.enumerated() {
      let dashes = style.dashes.isEmpty ? "" : ";stroke-dasharray:\(style.dashes)"
      rules += [
        rule(
          "line\(index)", "stroke", first + index,
          ";fill:none;stroke-width:1.9;stroke-linejoin:round\(dashes)"),
        rule("band\(index)", "fill", first + index, ";fill-opacity:.16"),
        rule("bars\(index)", "fill", first + index, ";fill-opacity:.3"),
        rule("whisker\(index)", "stroke", first + index, ";fill:none;stroke-width:1.2"),
        rule("ring\(index)", "stroke", first + index, ";fill:none;stroke-width:1.2"),
        rule("mark\(index)", "stroke", first + index, ";stroke-width:1.6")
          + rule("mark\(index)", "fill", style.isHollow ? paper : first + index),
      ]
    }
    return rules.joined(separator: "\n")
  }()
}
