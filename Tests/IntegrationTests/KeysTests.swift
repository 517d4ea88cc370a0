import Foundation
import ResultStore
import TestSupport
import Testing

/// Keys with real processes: who has none that is allowed gets nothing and both sides say why; who has one works without
/// a shared folder; no secret is anywhere but in its own file.
@Suite(.serialized) struct KeysTests {
  @Test func onlyAllowedKeysGetTrialsAndNoSecretLeaksOut() throws {
    try withTemporaryFolder { folder in
      let keys = try keyFolder("\(folder)/keys", workers: ["north", "south"])
      let sweep = try TestSweep(in: folder)
      let results = sweep.results("sent")
      let coordinator = try coordinator(of: sweep, results, keys: keys)
      defer { end(coordinator) }
      let endpoint = try endpoint(of: coordinator)

      let keyless = try RunningProgram.run("igr-worker", ["--connect", endpoint, "--insecure-loopback"])
      #expect(keyless.status == 2)
      #expect(keyless.errors.contains("only one of the two sides uses keys"), "\(keyless.errors)")
      // Which of the two sides notices the other's mechanism first is a race, in which the other sees a break.
      coordinator.waitForErrorLines { $0.contains("a connection failed in its handshake") }

      let strangers = try keyFolder("\(folder)/strangers", workers: ["worker"])
      try replace("server.public", of: strangers, by: keys)
      let stranger = try RunningProgram.run("igr-worker", ["--connect", endpoint, "--keys", strangers])
      #expect(stranger.status == 2)
      #expect(stranger.errors.contains("its key is not among those that are allowed"), "\(stranger.errors)")
      let refused = coordinator.waitForErrorLines { $0.contains("is not in the list of allowed keys") }
      let publicKey = try String(contentsOfFile: "\(strangers)/worker.public", encoding: .utf8)
      let strangersKey = try #require(publicKey.split(separator: "\n").last)
      #expect(refused.contains { $0.contains(strangersKey) }, "\(coordinator.errorsSoFar)")

      let lost = try keyFolder("\(folder)/lost", workers: ["worker"])
      try replace("north.secret", of: lost, by: keys)
      let astray = try RunningProgram.run(
        "igr-worker", ["--connect", endpoint, "--keys", lost, "--key", "north", "--patience", "2"])
      #expect(astray.status == 3)
      #expect(
        astray.errors.contains("--keys holds the public key of another coordinator"), "\(astray.errors)")

      let mine = "\(folder)/mine"
      try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: false)
      for name in ["server.public", "south.secret"] {
        try FileManager.default.copyItem(atPath: "\(keys)/\(name)", toPath: "\(mine)/\(name)")
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(mine)/south.secret")
      let readable = try RunningProgram.run("igr-worker", ["--connect", endpoint, "--keys", mine])
      #expect(readable.status == 2)
      #expect(readable.errors.contains("group or others can read (mode 0640)"), "\(readable.errors)")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(mine)/south.secret")

      // Nothing of the sweep was given away so far.
      for intruder in [keyless, stranger, astray, readable] {
        #expect(!intruder.errors.contains("began, lease"))
      }
      #expect(try RunPaths(root: results).publishedTrials().isEmpty)

      let worker = try RunningProgram(
        "igr-worker",
        ["--connect", endpoint, "--keys", mine, "--scratch", "\(folder)/scratch", "--slots", "2"])
      defer { end(worker) }
      // Both wait for each other now; the first trial begins afterwards.
      var commands = (processTree(of: worker.processID) + processTree(of: coordinator.processID)).map(
        \.command)
      #expect(commands.count >= 2, "\(commands)")
      worker.waitForErrorLines { $0.contains("began, lease") }
      commands += processTree(of: worker.processID).map(\.command)
      let workerEnd = worker.waitForEnd()
      #expect(workerEnd.status == 0, "\(workerEnd.errors)")
      let coordinatorEnd = coordinator.waitForEnd()
      #expect(coordinatorEnd.status == 0, "\(coordinatorEnd.errors)")

      let peace = try RunningProgram.run(
        "igr", ["run", sweep.file, "--results", sweep.results("peace"), "--workers", "2"])
      #expect(peace.status == 0, "\(peace.errors)")
      #expect(try TestSweep.digests(results) == TestSweep.digests(sweep.results("peace")))
      #expect(try TestSweep.digests(results).count == TestSweep.trialCount)

      let ends = [keyless, stranger, astray, readable, workerEnd, coordinatorEnd].map(\.errors)
      try expectNoSecret(of: [keys, strangers, lost], in: results, commands + ends)
    }
  }

  @Test func aRevokedKeyGetsNothingMoreAndItsTrialsGoToOthers() throws {
    try strikeInTime(epochs: 80) { epochs, folder in
      let keys = try keyFolder("\(folder)/keys", workers: ["north", "south"])
      let sweep = try TestSweep(in: folder, epochs: epochs)
      let results = sweep.results("sent")
      let coordinator = try coordinator(
        of: sweep, results, keys: keys, ["--lease", "2", "--heartbeat", "0.5"])
      defer { end(coordinator) }
      let endpoint = try endpoint(of: coordinator)
      let north = try RunningProgram(
        "igr-worker",
        [
          "--connect", endpoint, "--keys", keys, "--key", "north", "--scratch", "\(folder)/north",
          "--patience", "3",
        ])
      defer { end(north) }
      north.waitForErrorLines { $0.contains("began, lease") }
      // Its trial cannot end, and its sweep neither, before the key is revoked.
      let held = try north.holdTrials(1)
      let published = try TestSweep.publishedCount(results)

      let revoke = try RunningProgram.run("igr", ["keys", keys, "--revoke", "north"])
      #expect(revoke.status == 0, "\(revoke.errors)")
      coordinator.waitForErrorLines { $0.contains("the key 'north' is revoked") }
      // Its results from now on are not taken; the trial that it had is granted again.
      held.end()
      let south = try RunningProgram(
        "igr-worker",
        ["--connect", endpoint, "--keys", keys, "--key", "south", "--scratch", "\(folder)/south"])
      defer { end(south) }
      #expect(south.waitForEnd().status == 0, "\(south.errorsSoFar)")
      #expect(coordinator.waitForEnd().status == 0, "\(coordinator.errorsSoFar)")
      #expect(north.waitForEnd().status != 0)

      let attempts = try TestSweep.attempts(results)
      #expect(attempts.count == TestSweep.trialCount)
      #expect(
        attempts.values.contains { $0.contains { $0.cause == .workerLost } }, "\(coordinator.errorsSoFar)")
      let late = south.errorsSoFar.split(separator: "\n").filter { $0.contains("began, lease") }
      #expect(late.count >= TestSweep.trialCount - published)

      let again = try RunningProgram.run(
        "igr-worker", ["--connect", endpoint, "--keys", keys, "--key", "north", "--patience", "1"])
      #expect(again.status != 0)
    }
  }

  @Test func beyondLoopbackACoordinatorNeedsKeys() throws {
    try withTemporaryFolder { folder in
      let sweep = try TestSweep(in: folder)
      let open = try RunningProgram.run(
        "igr-coordinator",
        [sweep.file, "--bind", "tcp://0.0.0.0:*", "--insecure-loopback", "--results", sweep.results("open")])
      #expect(open.status == 2)
      #expect(open.errors.contains("--keys"), "\(open.errors)")
      #expect(!FileManager.default.fileExists(atPath: sweep.results("open")))
    }
  }

  private func keyFolder(_ path: String, workers: [String]) throws -> String {
    let made = try RunningProgram.run("igr", ["keys", path] + workers.flatMap { ["--worker", $0] })
    try #require(made.status == 0, "\(made.errors)")
    return path
  }

  /// Takes a file of one folder of keys over into another.
  private func replace(_ name: String, of folder: String, by other: String) throws {
    try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    try FileManager.default.copyItem(atPath: "\(other)/\(name)", toPath: "\(folder)/\(name)")
  }

  private func coordinator(
    of sweep: TestSweep, _ results: String, keys: String, _ options: [String] = []
  ) throws -> RunningProgram {
    try RunningProgram(
      "igr-coordinator",
      [sweep.file, "--bind", "tcp://127.0.0.1:*", "--keys", keys, "--results", results] + options)
  }

  private func endpoint(of coordinator: RunningProgram) throws -> String {
    let line = coordinator.waitForErrorLines { $0.contains("bound to tcp://") }.first
    let match = try #require(line?.firstMatch(of: /tcp:\/\/127\.0\.0\.1:\d+/), "\(coordinator.errorsSoFar)")
    return String(match.output)
  }

  private func end(_ program: RunningProgram) {
    for process in processTree(of: program.processID) { kill(process.processID, SIGKILL) }
  }

  /// No secret of these folders, as text or as bytes, in any file of the results, log or command line.
  private func expectNoSecret(of folders: [String], in results: String, _ texts: [String]) throws {
    for folder in folders {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".secret")
      {
        let file = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let line = file.split(separator: "\n").last { !$0.hasPrefix("#") }
        let secret = try #require(line?.split(separator: " ").last.map(String.init))
        try #require(secret.utf8.count == 40, "\(name) should end with a key of 40 characters")
        for text in texts { #expect(!text.contains(secret), "the secret of \(name) is in: \(text)") }
        for case let path as String in FileManager.default.enumerator(atPath: results) ?? .init() {
          guard let content = FileManager.default.contents(atPath: "\(results)/\(path)") else { continue }
          #expect(content.range(of: Data(secret.utf8)) == nil, "the secret of \(name) is in \(path)")
        }
      }
    }
  }
}
