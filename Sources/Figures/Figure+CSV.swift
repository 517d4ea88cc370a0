extension Figure {
  /// The numbers as tidy CSV (RFC 4180 quoting, lines end in a line feed): one row per point, unrounded; what is not
  /// known is empty. Columns: the keys of the series, then `metric`, `units`, the name of the x axis, `value`,
  /// `low`, `high`, `n`.
  public var csv: String {
    var names: [String] = []
    for key in panels.flatMap({ $0.series.flatMap(\.keys) }) where !names.contains(key.name) {
      names.append(key.name)
    }
    let x = panels.first?.x.name ?? "x"
    var lines = [names + ["metric", "units", x, "value", "low", "high", "n"]]
    for panel in panels {
      for series in panel.series {
        let keys = names.map { name in series.keys.first { $0.name == name }?.value ?? "" }
        for point in series.drawable {
          let numbers = [point.x, point.y, point.low, point.high].map { $0?.description ?? "" }
          lines.append(
            keys + [panel.y.name, panel.y.units ?? "1"] + numbers + [point.count.map(String.init) ?? ""])
        }
      }
    }
    return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\n" }.joined()
  }

  private static func csvField(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}

extension Figure.Series {
  /// Points with a place, and intervals with two ends. Beyond 1e100 in size differences of two numbers could
  /// overflow; there is nothing to see there.
  var drawable: [Figure.Point] {
    points.filter { abs($0.x) < 1e100 && abs($0.y) < 1e100 }.map { point in
      if let low = point.low, let high = point.high, low.isFinite, high.isFinite { return point }
      return Figure.Point(x: point.x, y: point.y, count: point.count, isPartial: point.isPartial)
    }
  }
}
