/// The entries of a matrix that are not zero, as lists of its rows, so that a product with it skips the others.
///
/// A binarised digit has 13 % ones and a vertex one entry in K: a sum over the listed rows of the other matrix then costs
/// a fraction of the dense product. Every sum is in the order of the list, the same on every CPU.
///
/// The lists lie in memory that is given, which whoever made them keeps alive.
public struct NonzeroLists<S: Scalar> {
  /// More than one entry in four, and the dense product is faster.
  private static var largestShare: Int { 4 }

  private let rows: Int
  private let columns: Int
  private let memory: UnsafeMutablePointer<S>

  /// Elements of memory that the lists of a [rows, columns] need.
  public static func elementCount(rows: Int, columns: Int) -> Int {
    2 * room(rows: rows, columns: columns) + rows + 1 + Word.starts
  }

  /// Lists of a [rows, columns] in memory of `elementCount` elements, which `list` fills.
  public init(_ memory: UnsafeMutablePointer<S>, rows: Int, columns: Int) {
    (self.rows, self.columns, self.memory) = (rows, columns, memory)
  }

  /// Lists the entries of a [rows, columns], unless there are too many.
  public func list(_ a: UnsafePointer<S>) {
    let limit = Self.limit(rows: rows, columns: columns)
    let count = S.listNonzeros(
      rows: rows, columns: columns, a, limit: limit, starts: starts, places: places, values: memory)
    words[Word.isComplete] = count <= limit ? 1 : 0
    words[Word.areOnes] = count <= limit && S.areOnes(count, memory) ? 1 : 0
  }

  /// Lists the entries of the transpose of a listed matrix [columns, rows].
  public func list(transposing other: NonzeroLists) {
    words[Word.isComplete] = other.words[Word.isComplete]
    words[Word.areOnes] = other.words[Word.areOnes]
    guard other.isComplete else { return }
    S.transposeNonzeros(
      rows: columns, columns: rows, starts: other.starts, places: other.places, values: other.values,
      toStarts: starts, places: places, values: memory)
  }

  /// C = A·B of the listed A.
  ///
  /// - Parameters:
  ///   - b: [columns, n].
  ///   - c: [rows, n].
  /// - Returns: false where A has too many entries; then C is untouched.
  public func multiply(_ b: UnsafePointer<S>, n: Int, into c: UnsafeMutablePointer<S>) -> Bool {
    guard isComplete else { return false }
    S.sparseProduct(
      rows: rows, inner: columns, n: n, starts: starts, places: places, values: values, b, c)
    return true
  }

  // Values come first, so that they are aligned; then, as 32-bit words, what `Word` names, starts and places.

  private static func limit(rows: Int, columns: Int) -> Int { rows * columns / largestShare }

  /// Entries that a list has room for: the kernel looks for the limit at the end of a row and writes 16 at a time.
  private static func room(rows: Int, columns: Int) -> Int {
    limit(rows: rows, columns: columns) + max(rows, columns) + 16
  }

  private var isComplete: Bool { words[Word.isComplete] == 1 }

  /// Nil where all values are 1.
  private var values: UnsafePointer<S>? { words[Word.areOnes] == 1 ? nil : UnsafePointer(memory) }

  private var words: UnsafeMutablePointer<UInt32> {
    let room = Self.room(rows: rows, columns: columns)
    // An element is at least as large as a word, and nobody else uses this memory while the lists are wanted.
    return UnsafeMutableRawPointer(memory + room).bindMemory(
      to: UInt32.self, capacity: Word.starts + rows + 1 + room)
  }

  private var starts: UnsafeMutablePointer<UInt32> { words + Word.starts }
  private var places: UnsafeMutablePointer<UInt32> { words + Word.starts + rows + 1 }
}

/// Places among the words.
private enum Word {
  static let isComplete = 0
  static let areOnes = 1
  static let starts = 2
}
