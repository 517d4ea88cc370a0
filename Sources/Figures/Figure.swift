/// A figure as a value: panels side by side under one title, caption and legend. `svg` draws it, `csv` lists its
/// numbers.
public struct Figure: Hashable, Sendable {
  public var title: String
  /// Sentences under the title: what is shown, of how many trials, and what is not.
  public var caption: [String]
  /// In reading order, two to a line.
  public var panels: [Panel]

  public init(title: String, caption: [String], panels: [Panel]) {
    self.title = title
    self.caption = caption
    self.panels = panels
  }
}

extension Figure {
  /// One pair of axes with its data.
  public struct Panel: Hashable, Sendable {
    /// Tells the panel from the others; nil where there is nothing to tell apart.
    public var heading: String?
    public var x: Axis
    public var y: Axis
    public var series: [Series]

    public init(heading: String? = nil, x: Axis, y: Axis, series: [Series]) {
      self.heading = heading
      self.x = x
      self.y = y
      self.series = series
    }
  }

  /// What a position along an axis means.
  public struct Axis: Hashable, Sendable {
    /// A column of the CSV file for x; the value of the column `metric` for y.
    public var name: String
    /// Nil for a plain number.
    public var units: String?
    public var scale: Scale
    /// True for counts, which get no ticks between them.
    public var isWhole: Bool

    public init(_ name: String, units: String? = nil, scale: Scale = .linear, isWhole: Bool = false) {
      self.name = name
      self.units = units
      self.scale = scale
      self.isWhole = isWhole
    }
  }

  public enum Scale: Hashable, Sendable {
    case linear
    /// Drawn linearly where a number of the panel is not positive.
    case logarithmic
  }

  /// Points that belong together.
  public struct Series: Hashable, Sendable {
    /// For the legend. Series of several panels with one name and style share one entry.
    public var name: String
    /// Colour, dashes and marker; numbers a multiple of `styleCount` apart look the same.
    public var style: Int
    public var mark: Mark
    /// Rising in x. A point whose x or y is not finite is left out.
    public var points: [Point]
    /// What the series is, name by name: columns of the CSV file.
    public var keys: [Key]

    public init(_ name: String, style: Int, mark: Mark = .line, keys: [Key] = [], points: [Point]) {
      self.name = name
      self.style = style
      self.mark = mark
      self.keys = keys
      self.points = points
    }
  }

  /// A name and its value.
  public struct Key: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public enum Mark: Hashable, Sendable {
    /// A line with some markers and, where points have one, a shade for the interval.
    case line
    /// Filled columns of width 1 around each x.
    case bars
    /// The outline of such columns.
    case steps
  }

  /// One number with its interval.
  public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double
    /// Ends of the interval; nil where none can be told.
    public var low: Double?
    public var high: Double?
    /// How many values y is the mean of; nil where it is no mean.
    public var count: Int?
    /// True where fewer values are behind y than should be: drawn with a ring around it.
    public var isPartial: Bool

    public init(
      x: Double, y: Double, low: Double? = nil, high: Double? = nil, count: Int? = nil,
      isPartial: Bool = false
    ) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.count = count
      self.isPartial = isPartial
    }
  }

  /// How many series can be told apart, with and without colour.
  public static let styleCount = SeriesStyle.all.count
}
