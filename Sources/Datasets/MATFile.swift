/// A MATLAB 5 file (MathWorks, "MAT-File Format", 2019, "Level 5"), as far as images in matrices need it: little-endian,
/// with plain or compressed matrices of class double, whose numbers may be stored in a smaller type.
struct MATFile {
  private let path: String
  private let file: FileBytes

  /// A matrix [rows, columns], column after column.
  struct Matrix {
    let rows: Int
    let columns: Int
    /// Element `index` in the order of the file.
    let value: (_ index: Int) -> Double
  }

  init(_ file: FileBytes, path: String) throws(DatasetError) {
    self.file = file
    self.path = path
    let words = file.withBytes { bytes in [124, 126].map { MATBytes(bytes).uint16(at: $0) } }
    guard let version = words[0], let order = words[1] else {
      throw damaged("it has \(file.count) bytes, expected at least 128 of a header", .wrongLength)
    }
    // The two letters read "MI" where the byte order is the reader's.
    guard version == 0x0100, order == 0x4D49 else {
      throw damaged("it is no MATLAB 5 file (little-endian, version 0x0100)", .misshaped)
    }
  }

  /// Gives the matrix of each wanted name to `use`, once; other variables are passed over.
  ///
  /// - Throws: `DatasetError` where a wanted matrix is missing, is there twice or has another form, and where the file is
  ///   cut off or damaged anywhere.
  func forEachMatrix(
    named wanted: [String], _ use: (_ name: String, Matrix) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    try file.withBytes { bytes throws(DatasetError) in
      try forEachMatrix(in: bytes, named: wanted, use)
    }
  }

  private func forEachMatrix(
    in bytes: UnsafeRawBufferPointer, named wanted: [String],
    _ use: (_ name: String, Matrix) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    var missing = wanted
    var place = 128
    while place < bytes.count {
      guard let tag = MATTag(MATBytes(bytes), at: place), tag.next <= bytes.count else {
        throw damaged("it ends inside the element at byte \(place)", .wrongLength)
      }
      let content = UnsafeRawBufferPointer(rebasing: bytes[tag.content])
      if let name = try read(content, tag, place: place, wanted: wanted, use) {
        guard let index = missing.firstIndex(of: name) else {
          throw damaged("it holds the variable \(name) twice", .misshaped)
        }
        missing.remove(at: index)
      }
      // Only compressed elements are not padded to a multiple of 8 bytes.
      place = tag.type == .compressed ? tag.content.upperBound : tag.next
    }
    guard missing.isEmpty else {
      throw damaged("it lacks the variable \(missing.joined(separator: " and "))", .misshaped)
    }
  }

  /// Reads one top-level element; returns its name where it was wanted.
  private func read(
    _ content: UnsafeRawBufferPointer, _ tag: MATTag, place: Int, wanted: [String],
    _ use: (String, Matrix) throws(DatasetError) -> Void
  ) throws(DatasetError) -> String? {
    switch tag.type {
    case .matrix:
      guard let header = MATMatrixHeader(MATBytes(content)) else { throw unreadableVariable(place) }
      guard wanted.contains(header.name) else { return nil }
      try use(header.name, try matrix(header, in: content))
      return header.name
    case .compressed:
      // The names come first, so variables that nobody wants are not unpacked.
      let head = Inflation.prefix(of: content, limit: 1_024)
      let wantedName = head.withUnsafeBytes { bytes in
        MATTag(MATBytes(bytes), at: 0).flatMap { inner in
          inner.type == .matrix
            ? MATMatrixHeader(MATBytes(UnsafeRawBufferPointer(rebasing: bytes[8...])))
              .map { (name: $0.name, length: inner.content.upperBound) } : nil
        }
      }
      guard let (name, length) = wantedName else { throw unreadableVariable(place) }
      guard wanted.contains(name) else { return nil }
      guard Inflation.canReach(length, from: content.count) else {
        throw damaged("the variable \(name) promises \(length) bytes, more than it can hold", .wrongLength)
      }
      let unpacked = try FileBytes.filled(count: length) { memory throws(DatasetError) in
        if let fault = Inflation.fill(memory, from: content) {
          throw damaged("the variable \(name) cannot be unpacked: \(fault)", .wrongLength)
        }
      }
      try unpacked.withBytes { bytes throws(DatasetError) in
        let matrixBytes = UnsafeRawBufferPointer(rebasing: bytes[8...])
        guard let header = MATMatrixHeader(MATBytes(matrixBytes)) else { throw unreadableVariable(place) }
        try use(name, try matrix(header, in: matrixBytes))
      }
      return name
    default:
      throw damaged("the element at byte \(place) is no variable (type \(tag.rawType))", .misshaped)
    }
  }

  private func matrix(
    _ header: MATMatrixHeader, in content: UnsafeRawBufferPointer
  ) throws(DatasetError) -> Matrix {
    let name = header.name
    guard header.isRealDouble, header.dimensions.count == 2 else {
      throw damaged(
        "the variable \(name) is of class \(header.matrixClass) with \(header.dimensions.count) axes, "
          + "expected real numbers of class 6 (double) with 2", .misshaped)
    }
    let bytes = MATBytes(content)
    guard let tag = MATTag(bytes, at: header.end), let type = tag.type, let width = type.byteCount else {
      throw damaged("the variable \(name) has no numbers that can be read", .misshaped)
    }
    guard tag.content.upperBound <= content.count else {
      throw damaged("the variable \(name) is cut off", .wrongLength)
    }
    let (rows, columns) = (header.dimensions[0], header.dimensions[1])
    // Both are below 2^31, so their product cannot overflow.
    guard tag.content.count.isMultiple(of: width), tag.content.count / width == rows * columns else {
      throw damaged(
        "the variable \(name) is \(rows)×\(columns), but \(tag.content.count / width) numbers follow",
        .wrongLength)
    }
    let start = tag.content.lowerBound
    return Matrix(rows: rows, columns: columns) { type.number(in: bytes, at: start + $0 * width) }
  }

  private func unreadableVariable(_ place: Int) -> DatasetError {
    damaged("the variable at byte \(place) cannot be read", .wrongLength)
  }

  private func damaged(_ what: String, _ code: DatasetError.Code) -> DatasetError {
    DatasetError(code, "\(path) cannot be used: \(what)")
  }
}
