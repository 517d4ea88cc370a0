import Glibc

/// What standard output, or another descriptor, can show now.
public struct Terminal: Sendable {
  /// Columns; nil where it is no terminal.
  public let width: Int?
  /// Rows; nil where it is no terminal.
  public let height: Int?
  /// False where the locale or the kind of terminal would garble anything but ASCII.
  public let showsUnicode: Bool

  public init(_ descriptor: Int32 = STDOUT_FILENO) {
    var size = winsize()
    let isTerminal = isatty(descriptor) == 1 && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
    width = isTerminal && size.ws_col > 0 ? Int(size.ws_col) : nil
    height = isTerminal && size.ws_row > 0 ? Int(size.ws_row) : nil
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    // The first that is set decides (POSIX, chapter 8.2).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable).first { !$0.isEmpty } ?? ""
    let isUTF8 = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    let kind = variable("TERM")
    showsUnicode = isUTF8 && !(isTerminal && (kind == "dumb" || kind == "linux" || kind.isEmpty))
  }
}
