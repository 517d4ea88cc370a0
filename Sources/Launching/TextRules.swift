/// Which texts may go into scripts and command lines of other programs. What a shell would read in another way than it
/// stands there is refused, so that nothing has to be escaped.
enum TextRules {
  static let signs = "_ - . / : , + = @ % ~"

  /// Nothing that could end a line, or is invisible.
  static func isLine(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  /// Safe between blanks in every shell, and never taken for an option.
  static func isWord(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.utf8.allSatisfy { isAlphanumeric($0) || signBytes.contains($0) }
  }

  static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x5F }
  }

  /// The same inside single quotes for sh, bash, csh and fish.
  static func isQuotable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && !["'", "\\", "!"].contains($0)
    }
  }

  private static let signBytes = Set(signs.utf8).subtracting([0x20])

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}

/// Puts a text between single quotes for a POSIX shell.
func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
