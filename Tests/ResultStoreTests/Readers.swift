import Foundation
import Testing

/// The Python programs of other people that our files are for, from Debian's own packages.
enum Readers {
  /// Set to 1 on a machine that cannot have them.
  static let areSkipped = ProcessInfo.processInfo.environment["IGR_SKIP_READERS"] == "1"

  static let advice =
    "this test needs /usr/bin/python3 with h5py, xarray, h5netcdf and netCDF4, and h5dump: run `make deps`"
    + " (Debian: python3-h5py python3-xarray python3-h5netcdf python3-netcdf4 hdf5-tools), or set IGR_SKIP_READERS=1"

  /// Runs a program and gives its standard output.
  static func run(_ program: String, _ arguments: [String]) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: program) else { throw ReaderError(text: advice) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Short of the 64 KiB that a pipe holds, so it can be read after the other.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let missing = complaint.contains("ModuleNotFoundError") ? advice + "\n" : ""
      throw ReaderError(text: missing + complaint + text)
    }
    return text
  }

  static func python(_ script: String, _ arguments: [String]) throws -> String {
    try run("/usr/bin/python3", ["-c", script] + arguments)
  }
}

struct ReaderError: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}
