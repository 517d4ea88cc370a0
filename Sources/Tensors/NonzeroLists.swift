/// Memory for the entries of a matrix that are not zero, as lists, so that a product with it skips the others.
///
/// A binarised digit has 13 % ones and a vertex one entry in K: a sum over the listed rows of the other matrix then costs
/// a fraction of the dense product. Every sum is in the order of the list, the same on every CPU.
public final class NonzeroLists<S: Scalar> {
  /// More than one entry in four, and the dense product is faster.
  private static var largestShare: Int { 4 }

  private let rows: Int
  private let columns: Int
  private let limit: Int
  private let starts: UnsafeMutablePointer<UInt32>
  private let places: UnsafeMutablePointer<UInt32>
  private let values: Storage<S>
  private let transposedStarts: UnsafeMutablePointer<UInt32>
  private let transposedPlaces: UnsafeMutablePointer<UInt32>
  private let transposedValues: Storage<S>

  /// For matrices [rows, columns].
  public init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    limit = rows * columns / Self.largestShare
    let room = limit + columns + 16
    starts = .allocate(capacity: rows + 1)
    places = .allocate(capacity: room)
    values = Storage(count: room)
    transposedStarts = .allocate(capacity: columns + 1)
    transposedPlaces = .allocate(capacity: room)
    transposedValues = Storage(count: room)
  }

  deinit {
    for memory in [starts, places, transposedStarts, transposedPlaces] { memory.deallocate() }
  }

  /// C = op(A)·B, op the transpose where asked.
  ///
  /// - Parameters:
  ///   - a: [rows, columns].
  ///   - b: [columns, n], or [rows, n] for the transpose.
  ///   - c: [rows, n], or [columns, n].
  /// - Returns: false where A has too many entries; then C is untouched.
  public func multiply(
    _ a: UnsafePointer<S>, isTransposed: Bool, _ b: UnsafePointer<S>, n: Int, into c: UnsafeMutablePointer<S>
  ) -> Bool {
    let count = S.listNonzeros(
      rows: rows, columns: columns, a, limit: limit, starts: starts, places: places, values: values.pointer)
    guard count <= limit else { return false }
    guard isTransposed else {
      S.sparseProduct(rows: rows, n: n, starts: starts, places: places, values: values.pointer, b, c)
      return true
    }
    S.transposeNonzeros(
      rows: rows, columns: columns, starts: starts, places: places, values: values.pointer,
      toStarts: transposedStarts, places: transposedPlaces, values: transposedValues.pointer)
    S.sparseProduct(
      rows: columns, n: n, starts: transposedStarts, places: transposedPlaces,
      values: transposedValues.pointer, b, c)
    return true
  }
}
