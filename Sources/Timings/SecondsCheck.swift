import ArgumentParser

/// A year: longer times are mistakes, and times without end would overflow a duration.
private let longest = 3.2e7

/// - Throws: `ValidationError` with the option's name and what it may be.
func checkSeconds(_ option: String, _ value: Double, from least: Double) throws {
  guard value >= least, value <= longest else {
    throw ValidationError("\(option) must be a number of seconds from \(least) to \(longest), found \(value)")
  }
}
