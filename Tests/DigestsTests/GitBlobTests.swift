import Digests
import Testing

/// Answers of `git hash-object`.
@Suite struct GitBlobTests {
  @Test(arguments: [
    ("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
    ("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
  ])
  func knownAnswers(_ text: String, _ name: String) {
    let found = Array(text.utf8).withUnsafeBytes { GitBlob.name(of: $0) }
    #expect(found == name)
  }
}
