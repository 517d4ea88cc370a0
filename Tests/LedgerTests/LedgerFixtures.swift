import Glibc
import Scheduling
import Trials

@testable import Ledger

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/igr-ledger-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw LedgerError(.disk, "/tmp", "no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  var names: [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  var places: LedgerPlaces {
    let path = path
    return LedgerPlaces(
      folder: path, lockFile: path + "/.lock", ledgerFile: { "\(path)/ledger.\($0).sqlite" },
      epochs: {
        // A test's own reading, so that it does not repeat the code under test.
        (1...50).filter { access("\(path)/ledger.\($0).sqlite", F_OK) == 0 }.map(UInt32.init)
      })
  }

  func open(
    sweep: String = "sample", minimumEpoch: UInt32 = 1, preview: LedgerPreview? = nil
  ) throws(LedgerError) -> SweepLedger {
    try SweepLedger(
      claiming: places, sweep: sweep, sweepDigest: "d", minimumEpoch: minimumEpoch, preview: preview)
  }

  /// Sets when the ledger's files were last written, in seconds from now.
  func setLastWrite(_ seconds: Int) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    now.tv_sec += seconds
    for name in names where name.hasPrefix("ledger.") {
      _ = [now, now].withUnsafeBufferPointer { utimensat(AT_FDCWD, "\(path)/\(name)", $0.baseAddress, 0) }
    }
  }

  func write(_ bytes: [UInt8], to name: String) {
    let descriptor = Glibc.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  func read(_ name: String) -> [UInt8] {
    let descriptor = Glibc.open("\(path)/\(name)", O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return Array(bytes[..<max(count, 0)])
  }
}

let trialA = TrialID("00000000000000aa")!
let trialB = TrialID("00000000000000bb")!
let trialC = TrialID("00000000000000cc")!

func attempt(_ number: Int, cause: EndCause? = nil) -> AttemptRecord {
  AttemptRecord(
    number: number, token: FencingToken(coordinatorEpoch: 1, counter: UInt64(number)), worker: "w\(number)",
    host: "h", cpu: "c", blas: "b", threads: 2, startedUnixSeconds: 10.25,
    endedUnixSeconds: cause == nil ? nil : 20.5, cause: cause, firstEpoch: 1, lastEpoch: 3,
    peakMemoryMiB: cause == nil ? nil : 17.5, message: cause == nil ? "" : "it's 100% gone; -- ✓")
}
