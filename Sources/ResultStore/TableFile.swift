import HDF5
import Trials

/// A table as an HDF5 file: 1-D columns along one axis, after the netCDF-4 data model.
public enum TableFile {
  /// Puts the table under `path`, in place of what may be there, whole or not at all.
  ///
  /// - Parameters:
  ///   - axis: name of the axis, whose scale counts the rows from 0.
  ///   - attributes: texts of the root.
  /// - Throws: `ResultStoreError` with the path and the system's reason.
  public static func write(
    _ columns: [StoredColumn], along axis: String, count: Int, attributes: [(name: String, text: String)],
    to path: String
  ) throws(ResultStoreError) {
    let bytes = try ResultStoreError.translating(path) {
      let file = try HDF5File(composing: path)
      for (name, text) in attributes { try file.root.setAttribute(name, text) }
      let scale = try file.root.createIndexScale(axis, count: count)
      for column in columns { try column.write(in: file.root, along: scale, count: count) }
      return try file.finish()
    }
    try DurableFile.replace(path, with: bytes)
  }
}
