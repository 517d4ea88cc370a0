import Digests
import Testing

/// FIPS 180-4's examples, and pieces of any size.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func knownAnswers(_ text: String, _ digest: String) {
    #expect(SHA256.digest(of: text).description == digest)
    #expect(SHA256Digest(hexadecimal: digest.uppercased()) == SHA256.digest(of: text))
  }

  @Test func piecesMakeTheWhole() {
    var hash = SHA256()
    for piece in ["a", "", "bc"] { hash.update(piece) }
    #expect(hash.finish() == SHA256.digest(of: "abc"))
  }

  @Test(arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 65)])
  func refusesWhatIsNoDigest(_ text: String) {
    #expect(SHA256Digest(hexadecimal: text) == nil)
  }
}
