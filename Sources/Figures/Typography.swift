/// How wide a text is. There is no font at hand when a figure is laid out, and the reader's font is not known, so
/// widths are those of DejaVu Sans, which is wider than the families that come before it.
enum Typography {
  static let families = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"
  /// Sizes in units of the view box.
  static let body = 13.0
  static let title = 17.0
  static let lineHeight = 18.0

  /// Hundredths of the font's size, for U+0020 to U+007E.
  private static let ascii: [Double] = [
    32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 34,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53,
    100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79,
    61, 79, 70, 64, 61, 74, 69, 99, 69, 62, 69, 39, 34, 39, 84, 50,
    50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62,
    64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
  ]

  /// - Parameters:
  ///   - text: one line.
  ///   - size: of the font.
  /// - Returns: the width in the units of `size`.
  static func width(_ text: String, size: Double = body, isBold: Bool = false) -> Double {
    let hundredths = text.unicodeScalars.reduce(0.0) { sum, scalar in
      switch scalar.value {
      case 0x20...0x7E: sum + ascii[Int(scalar.value) - 0x20]
      case 0xA0: sum + ascii[0]
      // Superscript digits and signs.
      case 0xB2, 0xB3, 0xB9, 0x2070...0x207F: sum + 50
      case 0..<0x1100, 0x2000..<0x2E80: sum + 84
      default: sum + 110
      }
    }
    return hundredths / 100 * size * (isBold ? 1.12 : 1)
  }

  /// The text, or as much of its beginning as fits, with an ellipsis.
  static func fitted(_ text: String, to available: Double, size: Double = body, isBold: Bool = false)
    -> String
  {
    if width(text, size: size, isBold: isBold) <= available { return text }
    var short = text
    while !short.isEmpty, width(short + "…", size: size, isBold: isBold) > available { short.removeLast() }
    return short + "…"
  }

  /// Lines of words, none wider than `available`. U+00A0 holds words together.
  static func wrapped(
    _ text: String, to available: Double, size: Double = body, isBold: Bool = false
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if line.isEmpty || width(longer, size: size, isBold: isBold) <= available {
        line = longer
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return (line.isEmpty ? lines : lines + [line]).map {
      fitted($0, to: available, size: size, isBold: isBold)
    }
  }
}
