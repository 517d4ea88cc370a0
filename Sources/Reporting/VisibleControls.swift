extension String {
  /// The text with control characters as escapes (`\n`, `\u{1B}`), so that a file's name cannot break a line or steer
  /// a terminal.
  var withVisibleControls: String {
    unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalar.escaped(asASCII: true)
      default: String(scalar)
      }
    }.joined()
  }
}
