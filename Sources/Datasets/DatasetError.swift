/// Why images could not be had. `message` names the file, what was expected, what was found, and what to do.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, for code that acts on it.
  public enum Code: Hashable, Sendable {
    /// No data set has this name.
    case unknownName
    /// A part was asked for that leaves nothing of the rest.
    case impossibleSplit
    /// The file is not in the data folder.
    case missing
    /// The system refused to open, map or read the file.
    case unreadable
    /// Not an idx file of the expected shape.
    case misshaped
    /// Shorter or longer than its header says, or damaged compression.
    case wrongLength
    /// The right shape with other bytes than the known set.
    case altered
  }

  public let code: Code
  public let message: String
  public var description: String { message }

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
