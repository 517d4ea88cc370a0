import Foundation
import Testing
import Trials

@testable import Ledger

/// Who may take a folder from whom. Both sides are in one process here: the lock belongs to the open file.
@Suite struct FolderLockTests {
  private func holder(_ id: UInt64?, _ restarts: UInt64 = 0, process: Int32 = 17) -> LockHolder {
    LockHolder(
      processID: process, host: "n1", job: id.map { BatchJobLife(job: $0, restart: restarts) })
  }

  private func refusal(_ path: String, _ holder: LockHolder) -> LedgerError? {
    do {
      _ = try FolderLock(path: path, as: holder)
      return nil
    } catch {
      return error
    }
  }

  @Test func aRestartOfTheSameJobDoesNotWait() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.lock"
    let first = try FolderLock(path: path, as: holder(71))
    let second = try FolderLock(path: path, as: holder(71, 1))
    // And the next one compares with the second.
    #expect(refusal(path, holder(71, 1))?.code == .inUse)
    #expect(refusal(path, holder(71, 2)) == nil)
    withExtendedLifetime((first, second)) {}
  }

  /// `igr status` holds the lock for a moment when it asks whether a coordinator works here.
  @Test func whoeverOnlyLooksKeepsNobodyOut() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.lock"
    let reader = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o666)
    #expect(flock(reader, LOCK_SH | LOCK_NB) == 0)
    Thread.detachNewThread {
      // Long for a look, short beside the wait.
      poll(nil, 0, 50)
      close(reader)
    }
    #expect(refusal(path, holder(71)) == nil)
  }

  @Test(arguments: [nil, 70, 71, 72] as [UInt64?]) func everybodyElseIsRefusedWithTheHolder(job: UInt64?)
    throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.lock"
    let first = try FolderLock(path: path, as: holder(71))
    let error = try #require(refusal(path, holder(job, job == 71 ? 0 : 5)))
    #expect(error.code == .inUse)
    #expect(error.message.contains("process 17 on n1, job 71"), "\(error)")
    withExtendedLifetime(first) {}
  }

  @Test func aRestartDoesNotTakeAFolderFromAProcessOutsideOfSlurm() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.lock"
    let first = try FolderLock(path: path, as: holder(nil))
    #expect(refusal(path, holder(71, 3))?.message.contains("(process 17 on n1)") == true)
    withExtendedLifetime(first) {}
  }

  @Test func theTextComesBackAsItWas() {
    for holder in [holder(nil), holder(71, 3)] { #expect(LockHolder(holder.text) == holder) }
    // As older programs wrote it.
    #expect(LockHolder("4242\n") == LockHolder(processID: 4242, host: "", job: nil))
    #expect(LockHolder("") == nil)
  }
}
