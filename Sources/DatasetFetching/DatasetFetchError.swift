/// Why a data set could not be fetched: what was tried, what came of it, and what to do.
public struct DatasetFetchError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  public var description: String { message }

  init(_ message: String) { self.message = message }
}
