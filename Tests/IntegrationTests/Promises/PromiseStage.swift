import Foundation
import ResultStore
import TestSupport
import Testing
import Trials

/// The promises of a sweep under faults, each shown with real processes, real signals and real files (docs/faults.md).
/// One after the other: their times are short, and a crowded machine is no fault that they are about.
@Suite(.serialized) enum PromiseTests {}

/// A coordinator and workers started by hand on one results folder, with short times.
final class PromiseStage {
  let results: String
  let file: String
  let epochs: Int
  private var programs: [RunningProgram] = []
  private var endpoint = "tcp://127.0.0.1:*"
  var paths: RunPaths { RunPaths(root: results) }

  /// Seconds.
  private let lease: Double

  /// - Parameter lease: seconds; short where it is to run out, else so long that it does not on a machine that stands
  ///   still for a while.
  init(_ sweep: PromiseSweep, in folder: String, lease: Double = 60) throws {
    self.lease = lease
    epochs = sweep.epochs
    results = folder + "/results"
    file = folder + "/sweep.yaml"
    try sweep.text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  deinit {
    for program in programs { program.killWithDescendants() }
  }

  /// Starts a coordinator and waits until workers can reach it.
  func startCoordinator(_ options: [String] = []) throws -> RunningProgram {
    let program = try RunningProgram(
      "igr-coordinator",
      [
        file, "--bind", "tcp://127.0.0.1:*", "--insecure-loopback", "--results", results, "--lease",
        "\(lease)", "--heartbeat", "0.5",
      ] + options)
    programs.append(program)
    let line = try #require(
      program.waitForErrorLines { $0.contains("bound to tcp://") }.first, "\(program.errorsSoFar)")
    endpoint = String(try #require(line.firstMatch(of: /tcp:\/\/127\.0\.0\.1:\d+/)).output)
    return program
  }

  /// Starts a worker for the coordinator that was started last.
  func startWorker(_ options: [String] = [], environment: [String: String] = [:]) throws -> RunningProgram {
    let program = try RunningProgram(
      "igr-worker",
      ["--connect", endpoint, "--insecure-loopback", "--shared-results", results] + options,
      environment: environment)
    programs.append(program)
    return program
  }

  /// Every result file, its digest recomputed from its content, is that of the same sweep in peace.
  func expectPeacefulNumbers(_ sweep: PromiseSweep, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let peace = try sweep.peacefulDigests()
    let found = try TestSweep.digests(results)
    #expect(found == peace, sourceLocation: sourceLocation)
  }

  func attempts() throws -> [TrialID: [AttemptRecord]] { try TestSweep.attempts(results) }

  /// These were the causes of all attempts, in the order of their tokens.
  func expectCauses(_ expected: [EndCause], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let found = try causes()
    let said = programs.map(\.errorsSoFar).joined(separator: "\n\n")
    #expect(found == expected, "\(said)", sourceLocation: sourceLocation)
  }

  /// The causes of all attempts, in the order of their tokens.
  func causes() throws -> [EndCause] {
    try attempts().values.flatMap { $0 }.sorted { $0.token < $1.token }.compactMap(\.cause)
  }
}

/// Moments and choices of one test, by a seed that it prints; `IGR_SEED` repeats them.
struct PromiseDice {
  private var generator: SplitMix64

  init(_ test: String = #function) {
    let given = ProcessInfo.processInfo.environment["IGR_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0...999_999_999)
    print("\(test): seed \(seed) (IGR_SEED=\(seed) repeats it)")
    generator = SplitMix64(seed: seed)
  }

  /// Lets a random time pass, up to so many milliseconds: the moment of a fault, not a wait for something.
  mutating func letTimePass(upTo milliseconds: Double) {
    poll(nil, 0, Int32(generator.uniform(0, milliseconds)))
  }

  mutating func choose<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[Int(generator.next() % UInt64(elements.count))]
  }
}
