import GRDB
import Scheduling
import Testing
import Trials

@testable import Ledger

@Suite struct LedgerRefusalTests {
  private func refusal(_ folder: TemporaryFolder, sweep: String = "sample") -> LedgerError? {
    do {
      _ = try folder.open(sweep: sweep)
      return nil
    } catch { return error }
  }

  @Test func anotherSweepIsRefusedWithBothNames() throws {
    let folder = try TemporaryFolder()
    _ = try folder.open()
    let error = try #require(refusal(folder, sweep: "other"))
    #expect(error.code == .otherSweep)
    #expect(error.message.contains("'sample'") && error.message.contains("'other'"))
    #expect(folder.names.filter { $0.hasSuffix(".sqlite") } == ["ledger.1.sqlite"], "nothing is left behind")
  }

  @Test func aFileThatIsNoDatabaseIsRefusedWithWhatToDo() throws {
    let folder = try TemporaryFolder()
    folder.write(Array("not a database, and long enough to have a header".utf8), to: "ledger.1.sqlite")
    let error = try #require(refusal(folder))
    #expect(error.code == .damaged && error.path.hasSuffix("ledger.1.sqlite"))
    #expect(error.message.contains("igr doctor DIR --repair"))
  }

  @Test func aDamagedLedgerIsRefused() throws {
    let folder = try TemporaryFolder()
    do {
      let ledger = try folder.open()
      for number in 1...200 { try ledger.commit([.attempt(trialA, attempt(number, cause: .bug))]) }
    }
    var bytes = folder.read("ledger.1.sqlite")
    try #require(bytes.count > 8192)
    for index in 4096..<bytes.count { bytes[index] = 0xA5 }
    folder.write(bytes, to: "ledger.1.sqlite")
    #expect(refusal(folder)?.code == .damaged)
  }

  @Test func aNewerSchemaIsRefusedWithBothNumbers() throws {
    let folder = try TemporaryFolder()
    let path = try folder.open().path
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
    let error = try #require(refusal(folder))
    #expect(error.code == .newerSchema)
    #expect(error.message.contains("99") && error.message.contains("\(LedgerSchema.version)"))
  }

  @Test func aForeignDatabaseIsRefused() throws {
    let folder = try TemporaryFolder()
    try DatabaseQueue(path: folder.path + "/ledger.1.sqlite").write {
      try $0.execute(sql: "CREATE TABLE meta (key TEXT, value TEXT)")
    }
    #expect(refusal(folder)?.code == .damaged)
  }

  @Test func aRowThatCannotBeReadIsToldAsDamage() throws {
    let folder = try TemporaryFolder()
    let path = try folder.open().path
    try DatabaseQueue(path: path).write {
      try $0.execute(
        sql: """
          INSERT INTO names VALUES (1, '../../x');
          INSERT INTO trials VALUES (1, 'pending', '', 0, 0, 0, 0, NULL, 0, 0, NULL, 0);
          """)
    }
    #expect(refusal(folder)?.code == .damaged)
  }
}
