import ArgumentParser
import Timings

/// The times of a sweep on this machine, passed on to its coordinator and its workers.
struct ExecutionTimes: ParsableArguments {
  @OptionGroup(title: "Times") var leaseTimes: LeaseTimes
  @OptionGroup(title: "Times") var graceTime: GraceTime
  @OptionGroup(title: "Times") var hangLimits: HangLimits

  var forCoordinator: [String] { leaseTimes.arguments + graceTime.arguments }
  var forWorker: [String] { graceTime.arguments + hangLimits.arguments }
}
