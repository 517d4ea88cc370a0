import Glibc
import Testing

@testable import SweepRuntime

@Suite struct ChildProcessTests {
  private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(["/bin/sh", "-c", script], environment: environment, errors: .pipe)
  }

  @Test func readsWhatWeWriteAndTellsItsLines() throws {
    let child = try shell("read line; echo \"got $line\"; echo trouble >&2; printf unfinished")
    child.write("a job\n")
    let (output, errors, ending) = try child.finish()
    #expect(output == ["got a job", "unfinished"])
    #expect(errors == ["trouble"])
    #expect(ending.status == .exited(code: 0))
    #expect(ending.peakMemoryMiB > 0)
  }

  @Test(arguments: [
    ("exit 7", ChildProcess.Ending.Status.exited(code: 7)), ("kill -SEGV $$", .signalled(number: 11)),
  ])
  func tellsHowItEnded(_ script: String, _ status: ChildProcess.Ending.Status) throws {
    #expect(try shell(script).finish().ending.status == status)
  }

  @Test func namesTheProgramThatCannotStart() throws {
    let error = try #require(throws: ChildProcessError.self) {
      try ChildProcess(["/nonexistent/program"], errors: .pipe)
    }
    #expect(error.description == "cannot start /nonexistent/program: No such file or directory")
  }

  @Test func endsWhenItsLifeLineIsCut() throws {
    let output: ChildPipe
    do {
      let child = try shell("echo ready; cat; echo gone")
      #expect(try child.nextOutput() == ["ready"])
      output = try #require(child.output)
    }
    // The child object is gone, and with it the writing end.
    var lines: [String] = []
    while !output.isAtEnd {
      try waitUntilReadable(output.fileDescriptor)
      lines += output.readLines()
    }
    #expect(lines == ["gone"])
  }

  @Test func isKilledWithItsGrandchildren() throws {
    let child = try shell("cat & echo started; cat")
    #expect(try child.nextOutput() == ["started"])
    child.kill()
    // The end of its output means that the grandchild is dead as well.
    #expect(try child.finish().ending.status == .signalled(number: SIGKILL))
  }

  @Test func isKilledWhenItClosesItsOutput() throws {
    let child = try shell("exec 1>&-; while :; do :; done")
    #expect(try child.finish().ending.status == .signalled(number: SIGKILL))
  }

  @Test func isLeftAloneWhereItsExitCodeIsStillToCome() throws {
    let child = try shell("exec 1>&-; read -r line; exit 2")
    while child.output != nil { _ = try child.nextOutput() }
    #expect(child.reap(killsSilent: false) == nil)
    child.endInput()
    var ending: ChildProcess.Ending?
    while ending == nil { ending = child.reap(killsSilent: false) }
    #expect(ending?.status == .exited(code: 2))
  }

  @Test func inheritsNoPipeOfOurs() throws {
    let first = try shell("readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2; cat")
    var itsPipes: [String] = []
    while itsPipes.count < 3 { itsPipes += try first.nextOutput() }
    let second = try shell("readlink /proc/$$/fd/*")
    let pipes = try second.finish().output
    #expect(pipes.count >= 3 && Set(pipes).isDisjoint(with: itsPipes), "\(itsPipes) among \(pipes)")
    first.kill()
    _ = try first.finish()
  }

  @Test func hasSignalsOfTheirDefaultMeaning() throws {
    signal(SIGPIPE, SIG_IGN)
    let child = try shell("grep SigIgn /proc/self/status; grep SigBlk /proc/self/status")
    let output = try child.finish().output
    // Signals 1 to 31; the two after these are the C library's own.
    let masks = output.compactMap { UInt32($0.suffix(8), radix: 16) }
    #expect(masks.count == 2 && masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 }, "\(output)")
  }

  @Test func getsAdditionsToTheEnvironment() throws {
    let child = try shell("echo $ADDED; echo $PATH", ["ADDED": "yes"])
    let output = try child.finish().output
    #expect(output.first == "yes" && output.last?.isEmpty == false)
  }

  @Test func writingToAChildThatIsGoneDoesNothing() throws {
    signal(SIGPIPE, SIG_IGN)
    let child = try shell("exit 0")
    while child.output != nil { _ = try child.nextOutput() }
    child.write(String(repeating: "x", count: 1 << 20))
    #expect(child.reap()?.status == .exited(code: 0))
  }

  @Test func cutsALineThatNeverEnds() throws {
    let child = try shell("head -c 3000000 /dev/zero | tr '\\0' x")
    let output = try child.finish().output
    #expect(output.map(\.utf8.count).reduce(0, +) == 3_000_000)
    #expect(output.allSatisfy { $0.utf8.count < ChildPipe.longestLine + (1 << 16) })
  }
}
