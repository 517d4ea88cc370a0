import GRDB

/// Columns of bytes that a disk may have spoilt: GRDB's subscripts end the program where a value is not of the type that
/// was asked for.
extension Row {
  /// - Throws: `DatabaseError` with code `SQLITE_CORRUPT` where there is no such column, or it holds something else.
  func value<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value {
    guard index < count, let value = Value.fromDatabaseValue(self[index] as DatabaseValue) else {
      throw unreadable
    }
    return value
  }

  /// - Returns: nil for NULL.
  /// - Throws: as `value`.
  func optional<Value: DatabaseValueConvertible>(_ index: Int) throws -> Value? {
    guard index < count else { throw unreadable }
    let stored: DatabaseValue = self[index]
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else { throw unreadable }
    return value
  }

  /// A number that counts something.
  ///
  /// - Throws: as `value`; also for one that nobody can have counted.
  func counted(_ index: Int) throws -> Int {
    let number: Int = try value(index)
    guard (0...Int(UInt32.max)).contains(number) else { throw unreadable }
    return number
  }

  /// Seconds since 1970-01-01 UTC.
  ///
  /// - Throws: as `value`; also for a time that no clock shows.
  func time(_ index: Int) throws -> Double {
    let seconds: Double = try value(index)
    guard Self.times.contains(seconds) else { throw unreadable }
    return seconds
  }

  /// - Returns: nil for NULL.
  /// - Throws: as `time`.
  func optionalTime(_ index: Int) throws -> Double? {
    let seconds: Double? = try optional(index)
    guard seconds.map(Self.times.contains) ?? true else { throw unreadable }
    return seconds
  }

  /// Some 30,000 years on both sides.
  private static var times: ClosedRange<Double> { -1e12...1e12 }

  var unreadable: DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row cannot be read: \(self)")
  }
}
