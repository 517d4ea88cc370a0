import ResultStore
import Trials

// What stands at the top: how far the sweep is.

extension SweepPage {
  var overviewParts: [HTML] {
    let states = results.summaries.map(\.state)
    let counts: [(word: String, count: Int, isBad: Bool)] = [
      ("planned", results.hasPlan ? states.count : 0, false),
      ("completed", states.count { $0 == .completed }, false),
      ("failed", states.count { $0 == .failed }, true), ("pruned", states.count { $0 == .pruned }, false),
      ("cancelled", states.count { $0 == .cancelled }, false),
      ("running", states.count { $0 == .running || $0 == .leased }, false),
      ("missing", states.count { $0 == .pending }, false), ("files left out", leftOut.count, true),
    ]
    let tiles = counts.filter { $0.count > 0 || $0.word == "completed" }.map { word, count, isBad in
      HTML.element("li", isBad ? ["class": "bad"] : [:], .element("b", [:], HTML(String(count))), HTML(word))
    }
    return [
      .element("p", ["class": "quiet"], HTML(standing)), .element("ul", ["class": "counts"], tiles),
    ]
  }

  /// One sentence on whether more will come, and when this was written.
  private var standing: String {
    let written = "Written \(Self.minute(writtenUnixSeconds))."
    let open = results.summaries.count { !$0.state.isFinal }
    guard results.hasPlan else {
      return "There is no sweep file, so what else was planned is not known. \(written)"
    }
    guard open > 0 else { return "Every trial has ended. \(written)" }
    let lastWord = status.map { status in
      status.hasEnded
        ? ", and its coordinator ended \(Self.minute(status.writtenUnixSeconds))"
        : "; its coordinator's last word was at \(Self.minute(status.writtenUnixSeconds))"
    }
    return
      "Unfinished: \(open) of \(results.summaries.count) trials have no result yet\(lastWord ?? ""). \(written)"
  }

  /// `2026-11-25 09:41 UTC`
  static func minute(_ unixSeconds: Double) -> String {
    let text = UTCTime.text(unixSeconds: unixSeconds)
    return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
  }
}
