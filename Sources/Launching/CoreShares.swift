/// Which cores each worker of a machine keeps to.
public enum CoreShares {
  /// Shares cores out evenly, neighbours together.
  ///
  /// - Parameter cores: that this process may use, in order; at least one.
  /// - Returns: cores for each of `workers`. Where there are more workers than cores, several share one.
  public static func split(_ cores: [Int], among workers: Int) -> [[Int]] {
    (0..<workers).map { worker in
      if workers >= cores.count { return [cores[worker % cores.count]] }
      return Array(cores[(worker * cores.count / workers)..<((worker + 1) * cores.count / workers)])
    }
  }

  /// As `--cores` of `igr-worker` takes them: `0,1,5`.
  public static func text(_ cores: [Int]) -> String { cores.map(String.init).joined(separator: ",") }

  /// - Returns: nil for anything but a list of numbers below 4096, none twice.
  public static func parse(_ text: String) -> [Int]? {
    let cores = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard cores.allSatisfy({ $0.map { (0..<4096).contains($0) } ?? false }) else { return nil }
    let found = cores.compactMap { $0 }
    return Set(found).count == found.count ? found : nil
  }
}
