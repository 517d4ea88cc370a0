/// A panel with its ranges and vertical ticks, before it has a place.
struct PanelDrawing {
  let panel: Figure.Panel
  /// Drawable points of each series.
  private let points: [[Figure.Point]]
  private let x: AxisRange
  private let y: AxisRange
  private let yTicks: [Tick]
  let plotHeight: Double
  /// True where an interval goes beyond the axis.
  let cutsIntervals: Bool

  /// True where a point is marked as partial.
  var hasRings: Bool {
    zip(panel.series, points).contains { $0.mark == .line && $1.contains(where: \.isPartial) }
  }

  /// Between the frame and the outermost points, so that no marker lies on an axis.
  private static let inset = 8.0
  private static let tickLength = 5.0

  init(_ panel: Figure.Panel, plotHeight: Double) {
    self.panel = panel
    self.plotHeight = plotHeight
    points = panel.series.map(\.drawable)
    let hasColumns = panel.series.contains { $0.mark != .line }
    let all = points.flatMap(\.self)
    let xs = all.map(\.x)
    x = AxisRange(
      of: hasColumns ? xs.map { $0 - 0.5 } + xs.map { $0 + 0.5 } : xs,
      scale: hasColumns ? .linear : panel.x.scale)
    let ys = all.map(\.y) + (hasColumns ? [0] : [])
    let ends = all.compactMap(\.low) + all.compactMap(\.high)
    // Few trials have intervals so wide that nothing else could be seen if the axis went through all of them.
    let reach = AxisRange(of: ys, scale: panel.y.scale).widened
    y = AxisRange(of: ys + ends.map { min(max($0, reach.low), reach.high) }, scale: panel.y.scale)
    yTicks = y.ticks(atMost: Int(plotHeight / 36), isWhole: panel.y.isWhole)
    let range = y
    cutsIntervals = ends.contains { $0 < range.low || $0 > range.high }
  }

  /// Room for the vertical axis: its label, its numbers and the ticks.
  var leftMargin: Double {
    Typography.lineHeight + (yTicks.map { Typography.width($0.label) }.max() ?? 0) + Self.tickLength + 8
  }

  /// Room for the horizontal axis.
  static let bottomMargin = 46.0

  /// - Parameters:
  ///   - left: of the plot's frame.
  ///   - right: of the plot's frame; the panel ends `rightMargin` behind it.
  ///   - top: of the plot's frame.
  func draw(on svg: inout SVGText, left: Double, right: Double, top: Double, rightMargin: Double) {
    let frame = Frame(
      left: left, right: right, top: top, bottom: top + plotHeight, inset: Self.inset, x: x, y: y)
    drawAxes(on: &svg, frame, panelLeft: left - leftMargin, panelRight: right + rightMargin)
    guard points.contains(where: { !$0.isEmpty }) else {
      svg.text(
        "nothing was measured", x: (left + right) / 2, y: (frame.top + frame.bottom) / 2, .middle,
        style: "quiet")
      return
    }
    for (series, points) in zip(panel.series, points) where series.mark == .bars {
      svg.path(frame.columns(points, isClosed: true), style: "bars\(SeriesStyle.index(series.style))")
    }
    for (series, points) in zip(panel.series, points) where series.mark == .line {
      drawInterval(on: &svg, frame, series, points)
    }
    for (series, points) in zip(panel.series, points) {
      let style = SeriesStyle.index(series.style)
      switch series.mark {
      case .bars: continue
      case .steps: svg.path(frame.columns(points, isClosed: false), style: "line\(style)")
      case .line:
        if points.count > 1 { svg.path(frame.line(points.map { ($0.x, $0.y) }), style: "line\(style)") }
        svg.path(frame.markers(points, style: style), style: "mark\(style)")
        let partial = points.filter(\.isPartial)
        if !partial.isEmpty { svg.path(frame.rings(partial), style: "ring\(style)") }
      }
    }
  }

  private func drawAxes(on svg: inout SVGText, _ frame: Frame, panelLeft: Double, panelRight: Double) {
    let baseline = frame.bottom + Self.tickLength + Typography.body
    for tick in yTicks {
      let y = frame.y(tick.value)
      svg.path("M\(SVGText.place(frame.left, y))H\(SVGText.number(frame.right))", style: "grid")
      svg.path(
        "M\(SVGText.place(frame.left - Self.tickLength, y))H\(SVGText.number(frame.left))", style: "axis")
      svg.text(
        tick.label, x: frame.left - Self.tickLength - 4, y: y + Typography.body * 0.35, .end, style: "quiet")
    }
    for tick in xTicks(frame) {
      let x = frame.x(tick.value)
      let half = Typography.width(tick.label) / 2
      svg.path(
        "M\(SVGText.place(x, frame.bottom))V\(SVGText.number(frame.bottom + Self.tickLength))", style: "axis")
      svg.text(
        tick.label, x: min(max(x, panelLeft + half), panelRight - half), y: baseline, .middle, style: "quiet")
    }
    svg.path(
      "M\(SVGText.place(frame.left, frame.top))V\(SVGText.number(frame.bottom))H\(SVGText.number(frame.right))",
      style: "axis")
    svg.text(
      Typography.fitted(panel.x.label, to: frame.right - frame.left), x: (frame.left + frame.right) / 2,
      y: baseline + Typography.lineHeight, .middle)
    svg.text(
      Typography.fitted(panel.y.label, to: plotHeight), x: panelLeft + Typography.body,
      y: (frame.top + frame.bottom) / 2, .middle, isUpright: true)
  }

  /// As many as fit without their labels touching.
  private func xTicks(_ frame: Frame) -> [Tick] {
    var count = max(2, Int((frame.right - frame.left) / 50))
    while true {
      let ticks = x.ticks(atMost: count, isWhole: panel.x.isWhole)
      let fits = zip(ticks, ticks.dropFirst()).allSatisfy { left, right in
        let room = (Typography.width(left.label) + Typography.width(right.label)) / 2 + 8
        return frame.x(right.value) - frame.x(left.value) >= room
      }
      if fits { return ticks }
      if count == 2 { return Array(ticks.prefix(1)) }
      count -= 1
    }
  }

  private func drawInterval(
    on svg: inout SVGText, _ frame: Frame, _ series: Figure.Series, _ points: [Figure.Point]
  ) {
    let style = SeriesStyle.index(series.style)
    // A stretch of neighbours with intervals is shaded; a point alone gets a whisker.
    for stretch in points.split(whereSeparator: { $0.low == nil || $0.high == nil }) {
      let upper = stretch.map { ($0.x, $0.high ?? $0.y) }
      let lower = stretch.reversed().map { ($0.x, $0.low ?? $0.y) }
      if stretch.count > 1 {
        svg.path(frame.line(upper + lower) + "Z", style: "band\(style)")
      } else {
        svg.path(frame.whisker(lower[0], upper[0]), style: "whisker\(style)")
      }
    }
  }
}

extension Figure.Axis {
  /// `test_elbo (nats)`
  var label: String { name + (units.map { " (\($0))" } ?? "") }
}

/// Where numbers lie on the page.
private struct Frame {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  private let inset: Double
  private let xRange: AxisRange
  private let yRange: AxisRange

  init(left: Double, right: Double, top: Double, bottom: Double, inset: Double, x: AxisRange, y: AxisRange) {
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
    self.inset = inset
    xRange = x
    yRange = y
  }

  func x(_ value: Double) -> Double { left + inset + xRange.fraction(value) * (right - left - 2 * inset) }
  func y(_ value: Double) -> Double { bottom - inset - yRange.fraction(value) * (bottom - top - 2 * inset) }

  private func place(_ x: Double, _ y: Double) -> String { SVGText.place(self.x(x), self.y(y)) }

  func line(_ points: [(Double, Double)]) -> String {
    "M" + points.map { place($0.0, $0.1) }.joined(separator: "L")
  }

  func whisker(_ low: (Double, Double), _ high: (Double, Double)) -> String {
    [low, high].map { "M\(place($0.0, $0.1))m-4 0h8" }.joined() + line([low, high])
  }

  /// Around the markers, larger than any of them.
  func rings(_ points: [Figure.Point]) -> String {
    points.map { "M\(place($0.x, $0.y))m-7.5 0a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0z" }.joined()
  }

  /// Columns of width 1: each by itself, or the outline of all.
  func columns(_ points: [Figure.Point], isClosed: Bool) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    if isClosed {
      return points.map {
        "M\(place($0.x - 0.5, 0))V\(SVGText.number(y($0.y)))H\(SVGText.number(x($0.x + 0.5)))V\(SVGText.number(y(0)))Z"
      }
      .joined()
    }
    return "M\(place(first.x - 0.5, 0))"
      + points.map { "L\(place($0.x - 0.5, $0.y))H\(SVGText.number(x($0.x + 0.5)))" }.joined()
      + "L\(place(last.x + 0.5, 0))"
  }

  /// Markers at every point, or at some where there are many; those of other styles at other points, so that
  /// lines above each other can be told apart.
  func markers(_ points: [Figure.Point], style: Int) -> String {
    let stride = points.count <= 12 ? 1 : (points.count + 7) / 8
    return Swift.stride(from: style * stride / SeriesStyle.all.count, to: points.count, by: stride).map {
      index in
      "M\(place(points[index].x, points[index].y))\(SeriesStyle.all[style].marker)"
    }.joined()
  }
}
