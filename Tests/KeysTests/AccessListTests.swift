import Glibc
import TestSupport
import Testing
import ZeroMQ

@testable import Keys

@Suite struct AccessListTests {
  private let key = CurveKey("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")!  // ZeroMQ RFC 26's example key.

  @Test func readsWhatPeopleWrite() throws {
    let text = "# mine\n\nallowed rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7   north\n"
    let list = try AccessList(text: text, path: "f")
    #expect(list.verdict(on: key) == .allowed(KeyName("north")!))
    #expect(list.verdict(on: nil) == .unknown)
    #expect(try AccessList(text: list.text, path: "f") == list)
  }

  @Test(arguments: [
    "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 north", "allowed north",
    "allowed rq:rM north", "allow rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 north",
    "allowed rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 no/rth",
  ])
  func aWrongLineIsToldWithItsNumber(_ line: String) {
    let error = #expect(throws: KeyError.self) { try AccessList(text: "# head\n" + line + "\n", path: "f") }
    #expect(error?.description.hasPrefix("f: line 2 ") == true)
  }

  @Test func aWatchTellsChangesOnceAndKeepsTheLastGoodList() throws {
    try withTemporaryFolder { parent in
      let folder = KeyFolder(path: parent + "/keys")
      try folder.make()
      let key = try folder.publicKey(.worker)
      var watch = try AccessWatch(folder)
      #expect(try watch.refresh() == nil)
      try folder.revoke(.worker)
      let change = try watch.refresh()
      #expect(change?.revoked.map(\.key) == [key] && change?.added == [])
      #expect(!watch.list.allows(key))
      #expect(try watch.refresh() == nil)

      let file = open(folder.accessListFile, O_WRONLY | O_TRUNC)
      #expect(write(file, "nonsense\n", 9) == 9)
      close(file)
      #expect(throws: KeyError.self) { try watch.refresh() }
      #expect(!watch.list.allows(key))
      #expect(watch.list.verdict(on: key) == .revoked(.worker))
      #expect(try watch.refresh() == nil, "told once")
    }
  }
}
