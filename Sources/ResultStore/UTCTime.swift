import Glibc

/// Points in time as ISO 8601 text in UTC with microseconds: `2025-03-01T12:00:00.250000Z`.
public enum UTCTime {
  public static func text(unixSeconds: Double) -> String {
    let microseconds = Int64((unixSeconds * 1e6).rounded())
    var (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000
    }
    var clock = time_t(seconds)
    var parts = tm()
    gmtime_r(&clock, &parts)
    return padded(parts.tm_year + 1900, 4) + "-" + padded(parts.tm_mon + 1, 2) + "-"
      + padded(parts.tm_mday, 2)
      + "T" + padded(parts.tm_hour, 2) + ":" + padded(parts.tm_min, 2) + ":" + padded(parts.tm_sec, 2)
      + "." + padded(Int32(rest), 6) + "Z"
  }

  /// Reads what `text` wrote; nil for anything else.
  public static func unixSeconds(of text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard bytes.count == 27, bytes[26] == UInt8(ascii: "Z") else { return nil }
    func number(_ range: Range<Int>) -> Int32? { Int32(String(decoding: bytes[range], as: UTF8.self)) }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let microseconds = number(20..<26)
    else { return nil }
    var parts = tm()
    parts.tm_year = year - 1900
    parts.tm_mon = month - 1
    parts.tm_mday = day
    parts.tm_hour = hour
    parts.tm_min = minute
    parts.tm_sec = second
    return Double(timegm(&parts)) + Double(microseconds) / 1e6
  }

  private static func padded(_ number: Int32, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
