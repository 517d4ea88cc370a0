import Foundation
import HDF5

/// Ends a composed file and puts it where it says.
func save(_ file: HDF5File) throws {
  try Data(try file.finish()).write(to: URL(filePath: file.path))
}
