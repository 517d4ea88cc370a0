import Glibc
import TestSupport
import Testing
import ZeroMQ

@testable import Keys

@Suite struct KeyFolderTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func makesKeysThatOnlyTheUserCanRead() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      let old = umask(0)
      defer { umask(old) }
      #expect(try folder.make() == [.server, .worker])
      #expect(mode(folder.path) == 0o700)
      #expect(mode(folder.secretFile(.server)) == 0o600 && mode(folder.secretFile(.worker)) == 0o600)
      let worker = try folder.pair(.worker)
      #expect(worker.isConsistent)
      #expect(try worker.publicKey == folder.publicKey(.worker))
      #expect(try worker != folder.pair(.server))
      #expect(try folder.accessList().verdict(on: worker.publicKey) == .allowed(.worker))
      #expect(try !folder.accessList().allows(folder.publicKey(.server)))
    }
  }

  @Test func keepsWhatIsThere() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      try folder.make()
      let before = (try folder.pair(.server), try folder.pair(.worker), try folder.accessList())
      #expect(try folder.make() == [])
      let after = (try folder.pair(.server), try folder.pair(.worker), try folder.accessList())
      #expect(before == after)
    }
  }

  @Test func aRevokedKeyStaysRevoked() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      let north = try #require(KeyName("north"))
      #expect(try folder.make(workers: [.worker, north]) == [.server, .worker, north])
      try folder.revoke(north)
      #expect(try folder.accessList().verdict(on: folder.publicKey(north)) == .revoked(north))
      #expect(try folder.accessList().verdict(on: folder.publicKey(.worker)) == .allowed(.worker))
      try folder.make(workers: [.worker, north])
      #expect(try folder.accessList().verdict(on: folder.publicKey(north)) == .revoked(north))
      let error = #expect(throws: KeyError.self) { try folder.revoke(north) }
      #expect(error?.description.contains("allowed are: worker") == true)
    }
  }

  @Test(arguments: [0o640, 0o604, 0o644, 0o620] as [mode_t])
  func aSecretThatOthersCanReadIsRefusedByName(_ mode: mode_t) throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      try folder.make()
      chmod(folder.secretFile(.worker), mode)
      let error = #expect(throws: KeyError.self) { try folder.pair(.worker) }
      #expect(error?.path == folder.secretFile(.worker))
      #expect(error?.message.contains("0" + String(mode, radix: 8)) == true, "\(String(describing: error))")
    }
  }

  @Test func aFolderThatIsOpenToOthersIsRefused() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      try #require(mkdir(folder.path, 0o755) == 0)
      chmod(folder.path, 0o755)
      let error = #expect(throws: KeyError.self) { try folder.make() }
      #expect(error?.description.contains("chmod 700") == true)
    }
  }

  @Test func halvesOfTwoKeysAreRefused() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      try folder.make()
      let (a, b) = (try folder.pair(.server), try folder.pair(.worker))
      let path = folder.secretFile(.worker)
      let file = open(path, O_WRONLY | O_TRUNC)
      let text = Array("public \(a.publicKey.text)\nsecret \(b.secretKey.text)\n".utf8)
      #expect(write(file, text, text.count) == text.count)
      close(file)
      #expect(throws: KeyError.self) { try folder.pair(.worker) }
    }
  }

  @Test func aWorkerTakesTheOnlyKeyAndAsksWhereThereAreSeveral() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      let (north, south) = (try #require(KeyName("north")), try #require(KeyName("south")))
      try folder.make(workers: [north])
      #expect(try folder.workerPair(nil) == folder.pair(north))
      try folder.make(workers: [south])
      let error = #expect(throws: KeyError.self) { try folder.workerPair(nil) }
      #expect(error?.description.contains("north, south") == true)
      #expect(try folder.workerPair(south) == folder.pair(south))
    }
  }

  @Test func aPrintedPairHidesItsSecret() throws {
    let pair = try CurveKeyPair.random()
    var dumped = ""
    dump(pair, to: &dumped)
    for text in ["\(pair)", String(reflecting: pair), dumped] {
      #expect(!text.contains(pair.secretKey.text), "\(text)")
      #expect(text.contains(pair.publicKey.text))
    }
  }

  @Test(arguments: ["", "a/b", "..", "a b", "name.secret", String(repeating: "n", count: 65)])
  func namesNeverLeaveTheirFolder(_ text: String) { #expect(KeyName(text) == nil) }
}
