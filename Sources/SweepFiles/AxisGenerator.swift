import Glibc
import Trials

/// Lists of numbers written by their ends: `{linspace: [0.1, 1.0, 10]}`, `{logspace: [0.03, 1.0, 7]}`,
/// `{range: [1, 10, 3]}`.
enum AxisGenerator {
  struct Fault: Error {
    let place: SweepFileProblem.Place
    let message: String
  }

  static let names = ["linspace", "logspace", "range"]

  /// Both ends belong to the list. `range` has the values first, first + step, … as far as they do not pass last, which
  /// so belongs to the list where the steps hit it: [1, 10, 3] is 1, 4, 7, 10 and [1, 9, 3] is 1, 4, 7. `linspace` has equal steps, `logspace` equal ratios between the ends themselves
  /// (not between exponents). Values are rounded to 12 significant digits, so that 0.3 is 0.3 and not
  /// 0.30000000000000004, and the trial is the same one as where the list is written out.
  static func values(
    of entries: [YAMLNode.Entry], at place: SweepFileProblem.Place
  ) -> Result<[Double], Fault> {
    guard entries.count == 1, let entry = entries.first else {
      return .failure(Fault(place: place, message: "a list or one of linspace, logspace, range is needed"))
    }
    if SampleDistribution.names.contains(entry.key) {
      return .failure(
        Fault(
          place: entry.place,
          message: "'\(entry.key)' is drawn from, which belongs under 'sample: {n: …, of: …}'"))
    }
    guard names.contains(entry.key) else {
      let nearest = nearestName(to: entry.key, among: names)
      return .failure(
        Fault(
          place: entry.place,
          message: "unknown '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (a list, linspace, logspace and range are there)"))
    }
    if entry.key == "range" { return range(entry.value) }
    guard case .sequence(let elements) = entry.value.content, elements.count == 3,
      let first = elements[0].number, let last = elements[1].number,
      case .scalar(.integer(let count)) = elements[2].content, (2...100_000).contains(count)
    else {
      return .failure(
        Fault(
          place: entry.value.place,
          message:
            "'\(entry.key)' needs [first, last, count] with a count of at least 2, as in [0.1, 1.0, 10]"))
    }
    let isLogarithmic = entry.key == "logspace"
    guard !isLogarithmic || (first > 0 && last > 0) else {
      return .failure(Fault(place: entry.value.place, message: "'logspace' needs ends above 0"))
    }
    return .success(
      (0..<count).map { index in
        if index == 0 { return first }
        if index == count - 1 { return last }
        let share = Double(index) / Double(count - 1)
        return rounded(isLogarithmic ? first * pow(last / first, share) : first + (last - first) * share)
      })
  }

  private static func range(_ node: YAMLNode) -> Result<[Double], Fault> {
    guard case .sequence(let elements) = node.content, elements.count == 3, let first = elements[0].number,
      let last = elements[1].number, let step = elements[2].number
    else {
      return .failure(
        Fault(place: node.place, message: "'range' needs [first, last, step], as in [1, 9, 2]"))
    }
    guard step != 0, first == last || (last > first) == (step > 0) else {
      return .failure(
        Fault(place: node.place, message: "'range' needs a step that leads from its first value to its last"))
    }
    // A step that misses the last value by rounding alone hits it.
    let steps = ((last - first) / step * (1 + 1e-12) + 1e-9).rounded(.down)
    guard steps < 100_000 else {
      return .failure(Fault(place: node.place, message: "'range' has more than 100000 values"))
    }
    return .success((0...Int(steps)).map { rounded(first + Double($0) * step) })
  }

  /// The Float64 nearest to `value`'s decimal with 12 significant digits.
  static func rounded(_ value: Double) -> Double {
    guard value != 0 else { return 0 }
    let exponent = 11 - Int(floor(log10(abs(value))))
    // Powers of ten up to 10^22 are exact, so the one division below rounds correctly.
    guard (0...22).contains(exponent) else { return value }
    let scale = pow(10, Double(exponent))
    return (value * scale).rounded() / scale
  }
}
