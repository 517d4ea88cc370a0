/// How many workers become job arrays.
public enum WorkerArrays {
  /// Slurm's default of `MaxArraySize`; an index must be below it.
  public static let usualMaximumSize = 1001

  /// The sizes of the arrays, all full but the last.
  public static func sizes(workers: Int, maximumSize: Int) -> [Int] {
    precondition(workers > 0 && maximumSize > 0)
    let full = Array(repeating: maximumSize, count: workers / maximumSize)
    return workers % maximumSize == 0 ? full : full + [workers % maximumSize]
  }

  /// `MaxArraySize` in what `scontrol show config` writes.
  public static func maximumSize(inConfiguration text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "=" })
      if words.first == "MaxArraySize", words.count == 2 { return Int(words[1]) }
    }
    return nil
  }
}
