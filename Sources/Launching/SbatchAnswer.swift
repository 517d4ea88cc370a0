/// What sbatch said.
public enum SbatchAnswer {
  /// The job's number in the answer of `sbatch --parsable`: `17` or `17;cluster`.
  public static func job(_ output: String) -> UInt64? {
    let line = output.split(separator: "\n").last ?? ""
    return UInt64(line.prefix { $0 != ";" }.filter { !$0.isWhitespace })
  }

  /// Why a script was rejected, and what to do.
  ///
  /// - Parameter partitions: those that the cluster has, where that is known.
  public static func refusal(script: String, errors: String, profile: String, partitions: [String]) -> String
  {
    let reasons = errors.split(separator: "\n").map(String.init)
      .map { $0.hasPrefix("sbatch: error: ") ? String($0.dropFirst(15)) : $0 }
    let reason = reasons.isEmpty ? "it gave no reason" : reasons.joined(separator: "; ")
    let isPartition = reason.lowercased().split(separator: " ").contains("partition")
    let advice =
      isPartition && !partitions.isEmpty
      ? "the cluster has the partitions \(partitions.joined(separator: ", ")): correct 'partition' of \(profile)"
      : "correct \(profile), or the script, and launch again"
    return "sbatch rejected \(script): \(reason). Nothing is left in the queue; \(advice)"
  }
}
