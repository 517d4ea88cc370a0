import Aggregation
import Reporting
import ResultStore
import Trials

/// A results folder as one HTML page that needs nothing else: no network, no script, no second file. What was read is
/// kept here; `html` writes it down.
public struct SweepPage: Sendable {
  let results: SweepResults
  let report: ComparisonReport
  let figures: [NamedFigure]
  let pictures: [TrialPictures]
  /// Pictures of further trials that are not shown.
  let leftOutPictures: Int
  static let originLimit = 500
  /// Where the numbers come from, by trial, of the first files that can be read.
  let origins: [TrialID: TrialOrigin]
  /// Nil where the folder has none that can be read.
  let status: StatusSnapshot?
  /// Nil where the folder has no sweep file.
  let source: SweepSource?
  let writtenUnixSeconds: Double
  let labels: VaryingHyperparameters

  /// Reads what the page shows; every trial file once more, and the pictures of a few.
  ///
  /// - Parameters:
  ///   - results: of the folder, finished or not.
  ///   - paths: the folder.
  ///   - writtenUnixSeconds: the time that the page tells.
  /// - Throws: `AggregationError`; `ResultStoreError` for a file that could be read a moment ago and no longer can.
  public init(_ results: SweepResults, from paths: RunPaths, writtenUnixSeconds: Double) throws {
    self.results = results
    report = try results.report()
    figures = try results.figures(from: paths)
    let examples = try results.examples(from: paths)
    var pictures: [TrialPictures] = []
    for example in examples.prefix(TrialPictures.trialLimit) {
      pictures += try TrialPictures.read(example, from: paths).map { [$0] } ?? []
    }
    self.pictures = pictures
    leftOutPictures = pictures.isEmpty ? 0 : max(0, examples.count - TrialPictures.trialLimit)
    var origins: [TrialID: TrialOrigin] = [:]
    // Each is checked as a whole before it is read, so that thousands would take minutes.
    for summary in results.summaries.filter({ $0.state == .completed }).prefix(Self.originLimit) {
      origins[summary.trial.id] = try? TrialFile.readOrigin(paths.trialFile(summary.trial.id))
    }
    self.origins = origins
    status = try? StatusSnapshot.read(paths.statusFile)
    source = try? paths.readSource()
    self.writtenUnixSeconds = writtenUnixSeconds
    labels = VaryingHyperparameters(among: results.summaries.map(\.trial.configuration))
  }

  /// The page, ending in a line feed. Equal content gives equal text.
  public var html: String {
    let sections: [Section] = [
      Section("tables", "Comparison", [HTML(markup: report.htmlTables)]),
      Section("figures", "Figures", figureParts), Section("pictures", "Reconstructions", pictureParts),
      Section("failures", "Failures", failureParts), Section("trials", "Trials", trialParts),
      Section("environment", "Environment", environmentParts),
      Section("repeat", "How to repeat it", repeatingParts),
    ].filter { !$0.parts.isEmpty }
    let links = sections.map { section in
      HTML.element("li", [:], .element("a", ["href": "#\(section.id)"], HTML(section.heading)))
    }
    let body =
      [
        HTML.element(
          "header", [:],
          [.element("h1", [:], HTML(results.sweep))] + overviewParts + [
            .element("nav", [:], .element("ul", [:], links))
          ])
      ]
      + sections.map { section in
        HTML.element(
          "section", ["id": section.id], [.element("h2", [:], HTML(section.heading)), section.parts.joined()])
      }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="igr \(EngineVersion.program)">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      \(HTML.element("title", [:], HTML("\(results.sweep): report")).text)
      <style>
      \(PageStyle.text)
      </style>
      </head>
      <body>
      \(body.joined().text)
      </body>
      </html>

      """
  }

  private struct Section {
    let id: String
    let heading: String
    let parts: [HTML]

    init(_ id: String, _ heading: String, _ parts: [HTML]) {
      self.id = id
      self.heading = heading
      self.parts = parts
    }
  }

  /// The trial's short name with its values.
  func label(_ trial: Trial) -> String { labels.label(of: trial.configuration) }
}
