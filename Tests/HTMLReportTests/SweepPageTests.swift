import FoundationEssentials
import Reporting
import ResultStore
import SweepFiles
import TestSupport
import Testing
import Trials

@testable import HTMLReport

@Suite struct SweepPageTests {
  private static let sweepFile = """
    name: small
    description: "<script>alert('a & b')</script>"
    base: {dataset_name: 'hdf5:/data/<i>cells</i> "a" & b.h5', epochs: 1}
    cases: [{model_type: GS_Dis, n_required: 10}, {model_type: IGR_I_Dis, n_required: 9}]
    grid: {temp: [0.25, 0.5], seed: [1, 2]}
    """

  private func record(_ trial: Trial, attempts: [AttemptRecord]? = nil) -> TrialRecord {
    var metrics = EpochTable(names: trial.configuration.metricsPerEpoch.map(\.name))
    var timing = EpochTable(names: ["seconds", "images_per_second"])
    for epoch in 0..<3 {
      metrics.append(
        epoch: Int32(epoch), ["train_loss": 100 / Double(epoch + 1), "test_elbo": -100 - Double(epoch)])
      timing.append(epoch: Int32(epoch), ["seconds": 1])
    }
    let image = ["image", "height", "width", "channel"]
    let pixels: [Float] = [0, 1, 0.5, 0.25, 1, 0, 1, 0]
    return TrialRecord(
      trial: trial, sweep: "small", state: .completed, engineVersion: "0.1.0", gitRevision: "abc123",
      metrics: metrics,
      finals: trial.configuration.metricsAtEnd.map { ($0.name, -99.5) },
      tensors: [
        NamedTensor(name: "images/originals", axes: image, shape: [2, 2, 2, 1], values: pixels),
        NamedTensor(
          name: "images/reconstructions", axes: image, shape: [2, 2, 2, 1], values: pixels.reversed()),
      ], timing: timing,
      attempts: attempts ?? [attempt(1, .completed)], dataSource: "one file <of mine>")
  }

  private func attempt(_ number: Int, _ cause: EndCause, _ message: String = "") -> AttemptRecord {
    AttemptRecord(
      number: number, token: FencingToken(coordinatorEpoch: 1, counter: UInt64(number)), worker: "w",
      host: "node-\(number)", cpu: "x86-64 avx2", blas: "openblas 0.3.21", startedUnixSeconds: 1_700_000_000,
      endedUnixSeconds: 1_700_000_060, cause: cause, lastEpoch: 1, peakMemoryMiB: 99.5, message: message)
  }

  /// The page of a folder with the results that `record` gives.
  private func page(
    _ record: (Int, Trial) -> TrialRecord?, _ prepare: (RunPaths, [Trial]) throws -> Void = { _, _ in }
  ) throws -> String {
    try withTemporaryFolder { folder in
      let paths = try RunPaths.create(
        root: folder + "/small",
        source: SweepSource(sweepFile: Self.sweepFile, overrides: ["epochs=1", "seed=[1, 2]"]))
      let trials = try SweepDefinition.parse(Self.sweepFile, path: "sweep.yaml").plan {
        $0.dataDigest { _ in "data" }
      }
      .sweep.trials
      for (index, trial) in trials.enumerated() {
        guard let record = record(index, trial) else { continue }
        try TrialFile.write(record, to: paths.trialFile(trial.id))
      }
      try prepare(paths, trials)
      let page = try SweepPage(
        SweepResults.read(paths, knownDigest: { _ in "data" }), from: paths, writtenUnixSeconds: 1_700_001_000
      )
      #expect(page.html == page.html)
      return page.html
    }
  }

  /// Names of elements that are opened and not closed, or closed and not opened, in their order.
  private func unbalanced(_ html: String) -> [String] {
    let empty: Set<String> = ["meta", "img", "br", "!doctype"]
    var open: [String] = []
    for part in html.split(separator: "<").dropFirst() {
      let tag = part.prefix { $0 != ">" }
      if tag.hasSuffix("/") { continue }
      let name = tag.prefix { $0 != " " && $0 != "\n" }.lowercased()
      if name.hasPrefix("/") {
        guard open.last == String(name.dropFirst()) else { return open + [name] }
        open.removeLast()
      } else if !empty.contains(name) {
        open.append(name)
      }
    }
    return open
  }

  @Test func aFinishedSweepHasEveryPart() throws {
    let html = try page { record($1) }
    #expect(unbalanced(html) == [])
    for id in ["tables", "figures", "pictures", "trials", "environment", "repeat"] {
      #expect(html.contains("<section id=\"\(id)\">"), "\(id)")
    }
    #expect(!html.contains("<section id=\"failures\">"))
    #expect(html.contains("small: comparison, best temp</h2>") && html.contains("IGR_I_Dis</td>"))
    #expect(html.contains("Every trial has ended. Written 2023-11-14 22:30 UTC."))
    #expect(html.contains("<b>8</b>planned") && html.contains("<b>8</b>completed"))
    #expect(html.contains("x86-64 avx2") && html.contains("openblas 0.3.21") && html.contains("abc123"))
    #expect(html.contains("igr run sweep.yaml --set epochs=1 --set &#39;") == false)
    #expect(html.contains("igr run sweep.yaml --set epochs=1 --set 'seed=[1, 2]'"))
    // Two models, each with the picture of one trial.
    #expect(html.components(separatedBy: "data:image/png;base64,iVBORw0KGgo").count == 3)
    #expect(html.contains("2 test images above their reconstructions by GS_Dis"))
    #expect(html.components(separatedBy: "class=\"igr-figure\"").count == 4)
  }

  @Test func itNeedsNothingFromOutside() throws {
    let html = try page { record($1) }
    let names = html.replacingOccurrences(of: "xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    for text in ["http:", "https:", "//", "<script", "<link", "url(", "@import", "src=\"/", "onload"] {
      // The sweep file's own description is text, and a comment of the commands has no slash.
      #expect(!names.contains(text), "\(text)")
    }
  }

  @Test func namesAreTextAndNeverMarkup() throws {
    let html = try page { record($1) }
    #expect(!html.contains("<i>cells"))
    #expect(html.contains("&lt;script&gt;alert('a &amp; b')&lt;/script&gt;"))
    #expect(html.contains("hdf5:/data/&lt;i&gt;cells&lt;/i&gt; &quot;a&quot; &amp; b.h5"))
    #expect(html.contains("one file &lt;of mine&gt;"))
  }

  @Test func whatFailedIsToldWithCauseAndMessage() throws {
    let html = try page { index, trial in
      switch index {
      case 0, 1: nil
      case 2:
        record(
          trial, attempts: [attempt(1, .killedBySignal(9), "ended by signal 9"), attempt(2, .completed)])
      default: record(trial)
      }
    } _: { paths, trials in
      try status(failed: trials[0]).write(to: paths.statusFile)
      try Data("no HDF5".utf8).write(to: URL(filePath: paths.trialFile(trials[7].id)))
    }
    #expect(unbalanced(html) == [])
    #expect(html.contains("<b>1</b>failed") && html.contains("<b>2</b>missing"))
    #expect(html.contains("Unfinished: 2 of 8 trials have no result yet"))
    #expect(html.contains("loss is not finite &lt;at&gt; step 2") && html.contains("logs/a.1.log"))
    #expect(html.contains("killed by signal 9") && html.contains("ended by signal 9"))
    #expect(html.contains("is not an HDF5 file"))
    #expect(html.contains("5 of 8 trials completed, 1 failed"))
  }

  @Test func aFolderWithoutItsSweepFileHasAPage() throws {
    let html = try page { index, trial in
      index == 3 ? nil : record(trial)
    } _: { paths, _ in
      for name in try FileManager.default.contentsOfDirectory(atPath: paths.root) where name != "trials" {
        try FileManager.default.removeItem(atPath: paths.root + "/" + name)
      }
    }
    #expect(unbalanced(html) == [])
    #expect(html.contains("there is no sweep.yaml: trials without a result cannot be told"))
    // Nobody knows what was planned, so nothing is missing.
    #expect(html.contains("<b>7</b>completed") && !html.contains("</b>missing"))
    #expect(!html.contains("Every trial has ended"))
    #expect(html.contains("There is no sweep file, so what else was planned is not known."))
    for id in ["tables", "figures", "pictures", "trials", "environment"] {
      #expect(html.contains("<section id=\"\(id)\">"), "\(id)")
    }
    #expect(!html.contains("igr run sweep.yaml"))
  }

  @Test func runningTrialsAreCounted() throws {
    let html = try page { index, trial in
      index < 6 ? record(trial) : nil
    } _: { paths, trials in
      var status = status(failed: trials[6])
      // Another machine's word counts while it is new.
      status.writtenUnixSeconds = Date().timeIntervalSince1970
      status.workers = [
        StatusSnapshot.WorkerRow(
          id: "w", host: "h", processID: 1, trial: trials[7].id.description, epoch: 1, step: 2,
          imagesPerSecond: nil, lastWordUnixSeconds: 1_700_000_890)
      ]
      try status.write(to: paths.statusFile)
    }
    #expect(html.contains("<b>1</b>running") && html.contains("<b>1</b>failed"))
    #expect(html.contains("0 of 2: 1 failed, 1 running"))
  }

  @Test func latentTraversalsHaveARowForEachVariable() throws {
    func moved(_ trial: Trial, count: Int) -> TrialRecord {
      var record = record(trial)
      record.tensors.append(
        NamedTensor(
          name: "images/traversals", axes: ["traversal", "height", "width", "channel"],
          shape: [count, 2, 2, 1],
          values: [Float](repeating: 0.5, count: count * 4)))
      return record
    }
    // 20 variables of 10 categories; four rows of ten pictures of 2 pixels with gaps of 2.
    let html = try page { moved($1, count: 200) }
    #expect(html.contains("<h3>Latent traversals</h3>"))
    #expect(html.contains("width=\"38\" height=\"14\" alt=\"reconstructions by GS_Dis"), "\(html)")
    // A number of pictures that fits no number of variables is shown as nothing rather than wrongly.
    #expect(try !page { moved($1, count: 201) }.contains("Latent traversals"))
    #expect(try !page { record($1) }.contains("Latent traversals"))
  }

  @Test func aFolderWithoutAnyResultHasAPage() throws {
    let html = try page { _, _ in nil }
    #expect(unbalanced(html) == [])
    #expect(html.contains("Unfinished: 8 of 8 trials have no result yet"))
    #expect(!html.contains("<section id=\"figures\">") && !html.contains("<section id=\"environment\">"))
    #expect(html.contains("<section id=\"repeat\">"))
  }

  @Test func numbersHaveSixDigits() {
    let texts = [0, 12, -131.371234, 0.0123456789, 1234567.4, 1e9, -2.5e-7, .nan, -.infinity].map(
      SweepPage.number)
    #expect(
      texts == ["0", "12", "−131.371", "0.0123457", "1234567", "1.00000e9", "−2.50000e-7", "NaN", "-inf"])
  }

  private func status(failed trial: Trial) -> StatusSnapshot {
    StatusSnapshot(
      sweep: "small",
      coordinator: StatusSnapshot.Coordinator(
        host: "h", processID: 1, epoch: 1, endpoint: "tcp://127.0.0.1:1"),
      startedUnixSeconds: 1_700_000_000, writtenUnixSeconds: 1_700_000_900, hasEnded: false,
      counts: [.failed: 1],
      workers: [], imagesPerSecond: 0, best: nil, secondsLeft: nil, recentlyFinished: [],
      failures: [
        StatusSnapshot.Failure(
          trial: trial.id.description, cause: "nan", message: "loss is not finite <at> step 2",
          logPath: "logs/a.1.log")
      ])
  }
}
