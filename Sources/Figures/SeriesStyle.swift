/// What tells one series from another: a colour that colour-blind people can tell from the others, dashes, and a
/// marker, so that any one of the three is enough.
struct SeriesStyle {
  /// On white. After Okabe and Ito (2008), with yellow darkened so that it shows.
  let light: String
  /// On near-black: the same hues, lightened.
  let dark: String
  /// Empty: a solid line.
  let dashes: String
  /// Path commands relative to the marker's centre.
  let marker: String
  var isHollow = false

  static let all = [
    SeriesStyle(light: "#0072b2", dark: "#5aa9e6", dashes: "", marker: circle),
    SeriesStyle(light: "#d55e00", dark: "#f28c4b", dashes: "7 3", marker: "m-3.3-3.3h6.6v6.6h-6.6z"),
    SeriesStyle(light: "#009e73", dark: "#2cc79a", dashes: "2 2.5", marker: "m0-4.6l4.4 7.6h-8.8z"),
    SeriesStyle(
      light: "#b5588c", dark: "#e6a3c9", dashes: "9 3 2 3", marker: "m0-4.8l4.4 4.8l-4.4 4.8l-4.4-4.8z"),
    SeriesStyle(light: "#c98500", dark: "#f0b429", dashes: "13 3", marker: "m0 4.6l4.4-7.6h-8.8z"),
    SeriesStyle(light: "#3a9bd6", dark: "#a6dcf7", dashes: "4 2", marker: "m-4.4 0h8.8m-4.4-4.4v8.8"),
    SeriesStyle(
      light: "#1b1b1b", dark: "#f2f2f2", dashes: "5 2 1.5 2 1.5 2", marker: "m-3.5-3.5l7 7m0-7l-7 7"),
    SeriesStyle(light: "#8f7e00", dark: "#f0e442", dashes: "1.5 4", marker: circle, isHollow: true),
  ]

  private static let circle = "m-3.7 0a3.7 3.7 0 1 0 7.4 0a3.7 3.7 0 1 0-7.4 0z"

  /// The place of a style in `all`.
  static func index(_ style: Int) -> Int { (style % all.count + all.count) % all.count }
}
