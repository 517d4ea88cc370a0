import Foundation
import TestSupport
import Testing

/// A fault found nothing to strike: what it was meant for was over, as where this process stood still meanwhile.
struct CameTooLate: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Runs a test whose fault must strike in the middle of something, in a folder of its own. A fault that came too late
/// shows nothing: then the whole is repeated in another folder with trials that are twice as long, five times in all.
///
/// Only `CameTooLate` is forgiven, and `body` throws it at the fault, before anything is expected of what follows.
///
/// - Parameters:
///   - epochs: of the trials, the first time.
///   - body: gets the epochs and a new, empty folder.
func strikeInTime(
  epochs: Int, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (_ epochs: Int, _ folder: String) throws -> Void
) throws {
  var late: [String] = []
  for round in 0..<5 {
    let epochs = epochs << round
    do {
      return try withTemporaryFolder { folder in try body(epochs, folder) }
    } catch let error as CameTooLate {
      print("the fault came too late with \(epochs) epochs: \(error)")
      late.append("\(epochs) epochs: \(error)")
    }
  }
  Issue.record(
    "the fault came too late \(late.count) times:\n\(late.joined(separator: "\n"))",
    sourceLocation: sourceLocation)
}

/// Looks until it is so; a machine that needs longer than two minutes is broken.
func waitUntil(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ isSo: () throws -> Bool
) throws {
  let begin = ContinuousClock.now
  while try !isSo() {
    try #require(
      ContinuousClock.now - begin < .seconds(120), "\(what): never", sourceLocation: sourceLocation)
    pauseBetweenLooks()
  }
}

/// What is looked at has no event to wait for: the kernel's table of processes, a file of another program.
func pauseBetweenLooks() { poll(nil, 0, 5) }
