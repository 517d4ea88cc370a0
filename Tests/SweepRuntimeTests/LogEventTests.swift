import Testing
import Trials

@testable import SweepRuntime

/// A log's lines, for people and for programs.
@Suite struct LogEventTests {
  // 2024-02-29T12:00:00Z
  private let leapDay = 1_709_208_000

  @Test func aLineForPeople() throws {
    let trial = try #require(TrialID("0123456789abcdef"))
    let event = LogEvent(
      program: "coordinator", level: "warning", trial: trial, attempt: 2, text: "one\ntwo")
    #expect(
      event.line(.text, at: leapDay)
        == "2024-02-29T12:00:00Z coordinator warning trial 0123456789abcdef attempt 2: one | two\n")
    #expect(
      LogEvent(program: "worker", text: "hello").line(.text, at: leapDay)
        == "2024-02-29T12:00:00Z worker: hello\n")
  }

  @Test func aLineOfJSON() throws {
    let trial = try #require(TrialID("0123456789abcdef"))
    let event = LogEvent(
      program: "coordinator", level: "warning", trial: trial, attempt: 2, text: "a \"word\" in /a/file\n")
    #expect(
      event.line(.json, at: leapDay)
        == #"{"attempt":2,"level":"warning","program":"coordinator","text":"a \"word\" in /a/file","#
        + #""time":"2024-02-29T12:00:00Z","trial":"0123456789abcdef"}"# + "\n")
    #expect(
      LogEvent(program: "worker", text: "hello").line(.json, at: leapDay)
        == #"{"level":"info","program":"worker","text":"hello","time":"2024-02-29T12:00:00Z"}"# + "\n")
  }
}
