import ArgumentParser
import Testing
import Timings

/// The times as options: defaults of the specification, refusals that name the option, and passing on.
@Suite struct TimesTests {
  @Test func defaults() throws {
    let lease = try LeaseTimes.parse([])
    #expect((lease.lease, lease.heartbeat, lease.patience) == (15, 2, 600))
    #expect(try GraceTime.parse([]).grace == 20)
    #expect(try HangLimits.parse([]).hangFloor == 60)
  }

  @Test func whatIsPassedOnIsReadAgain() throws {
    let lease = try LeaseTimes.parse(["--lease", "2.5", "--heartbeat", "0.25", "--patience", "30"])
    #expect(lease.arguments == ["--lease", "2.5", "--heartbeat", "0.25", "--patience", "30.0"])
    let again = try LeaseTimes.parse(lease.arguments)
    #expect((again.lease, again.heartbeat, again.patience) == (2.5, 0.25, 30))
    #expect(try GraceTime.parse(GraceTime.parse(["--grace", "5"]).arguments).grace == 5)
    #expect(try HangLimits.parse(HangLimits.parse(["--hang-floor", "3"]).arguments).hangFloor == 3)
  }

  @Test(arguments: [
    (["--lease", "5"], "--heartbeat 2.0 is more than a third of --lease 5.0"),
    (["--lease", "30", "--patience", "20"], "--patience 20.0 is less than --lease 30.0"),
    (["--lease", "0.5"], "--lease must be"), (["--lease", "inf"], "--lease must be"),
    (["--heartbeat", "nan"], "--heartbeat must be"), (["--heartbeat", "0"], "--heartbeat must be"),
    (["--patience=-1"], "--patience must be"), (["--lease", "soon"], "--lease"),
  ]) func leaseTimesAreRefused(_ arguments: [String], _ words: String) {
    do {
      _ = try LeaseTimes.parse(arguments)
      Issue.record("accepted")
    } catch {
      #expect(LeaseTimes.fullMessage(for: error).contains(words), "\(LeaseTimes.fullMessage(for: error))")
    }
  }

  @Test func workersTimesAreRefused() {
    #expect(throws: (any Error).self) { try GraceTime.parse(["--grace", "0"]) }
    #expect(throws: (any Error).self) { try HangLimits.parse(["--hang-floor", "0.2"]) }
  }
}
