import ResultStore
import Testing
import Trials

@testable import Reporting

@Suite struct TrialPageTests {
  private func trial() throws -> Trial {
    Trial(
      configuration: try TrialConfiguration(validating: [
        "dataset_name": .string("mnist"), "model_type": .string("GS_Dis"), "temp": .real(0.5),
        "learning_rate": .real(3e-4), "epochs": .integer(3),
      ]), dataDigest: "d", threads: 1)
  }

  private func page() throws -> TrialPage {
    var page = TrialPage(trial: try trial(), state: .completed)
    page.finals = [
      ("standard_error", 0.0512), ("samples", 10), ("test_log_likelihood", -131.4251), ("val_elbo", .nan),
    ]
    var metrics = EpochTable(names: ["test_elbo"])
    for (epoch, value) in [-500.0, -160, -150, -145].enumerated() {
      metrics.append(epoch: Int32(epoch), ["test_elbo": value])
    }
    page.metrics = metrics
    page.attempts = [
      AttemptRecord(
        number: 1, token: FencingToken(coordinatorEpoch: 1, counter: 1), worker: "w", host: "node-1",
        startedUnixSeconds: 1_700_000_000, endedUnixSeconds: 1_700_000_100, cause: .killedBySignal(9),
        lastEpoch: 2,
        message: "ended by signal 9")
    ]
    return page
  }

  @Test func whatWasChosenComesFirst() throws {
    let lines = try page().configurationLines(trial().configuration, 80)
    #expect(lines[0].contains("dataset_name mnist") && lines[0].contains("model_type GS_Dis"))
    let end = try #require(lines.firstIndex { $0.hasPrefix("defaults:") })
    #expect(lines[..<end].joined().contains("learning_rate 0.0003"))
    #expect(!lines[..<end].joined().contains("batch_n") && lines[end...].joined().contains("batch_n 100"))
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func numbersHaveUnitsAndStandardErrors() throws {
    #expect(
      try page().finalLines == [
        "val_elbo             not measured",
        "test_log_likelihood  -131.4251 nats ± 0.0512 (standard error, 10 samples per image)",
      ])
  }

  @Test func attemptsTellCauseHostAndTime() throws {
    #expect(
      try page().attemptLines == [
        "1  killed by signal 9  node-1  2023-11-14 22:13:20 UTC  2 min  epochs 0–2", "   ended by signal 9",
      ])
  }

  @Test(arguments: [60, 80, 120]) func theWholePageFitsTheTerminal(_ width: Int) throws {
    let page = try page()
    let text = page.text(width: width, style: .braille)
    #expect(text.hasPrefix("trial \(page.trial.id): completed\n"))
    #expect(text.contains("test_elbo by epoch, nats, higher is better"))
    let ascii = page.text(width: width, style: .ascii)
    #expect(ascii.allSatisfy { $0.isASCII } && ascii.contains("epochs 0-2"))
  }

  @Test func aTrialIsFoundByTheBeginningOfItsID() throws {
    let ids = ["54c9e43cf0ca6e56", "54c9aaaaf0ca6e56", "a0b1c2d3e4f50617"].compactMap { TrialID($0) }
    let lookup = TrialLookup(among: ids)
    #expect(try lookup.find("a") == ids[2])
    #expect(try lookup.find("54c9e43cf0ca6e56") == ids[0])
    for (text, message) in [
      ("54c9", "'54c9' begins 2 trials: 54c9aaaaf0ca6e56, 54c9e43cf0ca6e56; give more digits"),
      ("a0b1c2d3e4f50618", "there is no trial 'a0b1c2d3e4f50618'; did you mean 'a0b1c2d3e4f50617'?"),
      ("", "there is no trial ''"), ("12", "there is no trial '12' ("),
    ] {
      let fault = #expect(throws: TrialLookup.Fault.self) { try lookup.find(text) }
      #expect(fault?.description.hasPrefix(message) == true, "\(fault?.description ?? "")")
    }
  }
}
