import Foundation
import ResultStore

/// Makes PDF of SVG files with `rsvg-convert`, which draws the light colours and keeps text as text.
struct PDFConverter {
  /// The program; nil where there is none in PATH.
  private let program: String?

  init(searchPath: String? = ProcessInfo.processInfo.environment["PATH"]) {
    program = (searchPath ?? "").split(separator: ":").map { "\($0)/rsvg-convert" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isThere: Bool { program != nil }

  /// Puts the PDF of `svg` under `path`, whole or not at all.
  ///
  /// - Returns: false where there is no program, or it could not do it.
  /// - Throws: `ResultStoreError` with the system's reason.
  func convert(_ svg: String, to path: String) throws(ResultStoreError) -> Bool {
    guard let program, let bytes = Self.run(program, on: svg) else { return false }
    try DurableFile.replace(path, with: bytes)
    return true
  }

  private static func run(_ program: String, on svg: String) -> [UInt8]? {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["--format=pdf", svg]
    // Equal figures give equal bytes: cairo would write the time of the day otherwise.
    process.environment = ProcessInfo.processInfo.environment.merging(["SOURCE_DATE_EPOCH": "0"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else {
      return nil
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0, data.starts(with: Array("%PDF".utf8)) else { return nil }
    return Array(data)
  }
}

extension SweepResults {
  /// What to tell a person where figures have no PDF beside them; nil where they have.
  public static var adviceOnPDF: String? {
    PDFConverter().isThere ? nil : "no PDF of the figures: rsvg-convert is not here (Debian: librsvg2-bin)"
  }
}
