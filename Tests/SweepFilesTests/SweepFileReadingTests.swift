import FoundationEssentials
import SweepFiles
import Testing

/// What the file system does to a sweep file.
@Suite struct SweepFileReadingTests {
  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: SweepFileError.self) { try SweepDefinition.read(path: "no/such.yaml") }
    #expect(error?.description == "no/such.yaml: cannot be read: No such file or directory")
    #expect(error?.line == nil)
  }

  @Test func aFolderIsNoFile() {
    let error = #expect(throws: SweepFileError.self) { try SweepDefinition.read(path: "/") }
    #expect(error?.description == "/: cannot be read: Is a directory")
  }

  @Test func bytesThatAreNotUTF8AreRefused() throws {
    try withFile([0x6E, 0x3A, 0x20, 0xFF, 0xFE, 0x0A]) { path in
      let error = #expect(throws: SweepFileError.self) { try SweepDefinition.read(path: path) }
      #expect(error?.description == "\(path): is not UTF-8 text; a sweep file is YAML in UTF-8")
    }
  }

  @Test func aFileIsReadWhole() throws {
    let comment = "# " + String(repeating: "é", count: 100_000) + "\n"
    let text = comment + "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5}\n"
    try withFile(Array(text.utf8)) { path in
      let definition = try SweepDefinition.read(path: path)
      #expect(definition.text == text)
      #expect(definition.path == path)
      #expect(definition.name == "s")
    }
  }

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID().uuidString).yaml")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}
