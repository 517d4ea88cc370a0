import Glibc
import Trials

/// Lists of numbers written by their ends: `{linspace: [0.1, 1.0, 10]}`, `{logspace: [0.03, 1.0, 7]}`.
enum AxisGenerator {
  struct Fault: Error {
    let place: SweepFileProblem.Place
    let message: String
  }

  /// Both ends belong to the list. `linspace` has equal steps, `logspace` equal ratios between the ends themselves
  /// (not between exponents). Values are rounded to 12 significant digits, so that 0.3 is 0.3 and not
  /// 0.30000000000000004, and the trial is the same one as where the list is written out.
  static func values(
    of entries: [YAMLNode.Entry], at place: SweepFileProblem.Place
  ) -> Result<[Double], Fault> {
    guard entries.count == 1, let entry = entries.first else {
      return .failure(Fault(place: place, message: "a list or one of linspace, logspace is needed"))
    }
    let planned = ["range", "uniform", "loguniform", "choice"]
    if planned.contains(entry.key) {
      return .failure(
        Fault(place: entry.place, message: "'\(entry.key)' is not there yet; use linspace or a list"))
    }
    guard ["linspace", "logspace"].contains(entry.key) else {
      let nearest = nearestName(to: entry.key, among: ["linspace", "logspace"])
      return .failure(
        Fault(
          place: entry.place,
          message: "unknown '\(entry.key)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            + " (a list, linspace and logspace are there)"))
    }
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

  /// The Float64 nearest to `value`'s decimal with 12 significant digits.
  private static func rounded(_ value: Double) -> Double {
    guard value != 0 else { return 0 }
    let exponent = 11 - Int(floor(log10(abs(value))))
    // Powers of ten up to 10^22 are exact, so the one division below rounds correctly.
    guard (0...22).contains(exponent) else { return value }
    let scale = pow(10, Double(exponent))
    return (value * scale).rounded() / scale
  }
}
