/// What sbatch said.
public enum SbatchAnswer {
  /// The job's number in the answer of `sbatch --parsable`: `17` or `17;cluster`.
  public static func job(_ output: String) -> UInt64? {
    let line = output.split(separator: "\n").last ?? ""
    return UInt64(line.prefix { $0 != ";" }.filter { !$0.isWhitespace })
  }

  /// Whether the controller did not answer, rather than that it rejected something. It may have taken the job nevertheless.
  public static func isSilence(_ errors: String) -> Bool {
    [
      "Unable to contact slurm controller", "Socket timed out", "Zero Bytes were transmitted",
      "Connection refused",
    ]
    .contains { errors.contains($0) }
  }

  /// Why a script was rejected, and what to do.
  ///
  /// - Parameter partitions: those that the cluster has, where that is known.
  public static func refusal(script: String, errors: String, profile: String, partitions: [String]) -> String
  {
    let reasons = errors.split(separator: "\n").map(String.init)
      .map { $0.hasPrefix("sbatch: error: ") ? String($0.dropFirst(15)) : $0 }
    let reason = reasons.isEmpty ? "it gave no reason" : reasons.joined(separator: "; ")
    if isSilence(errors) {
      return
        "sbatch could not submit \(script): \(reason). Slurm's controller does not answer ('scontrol ping' tells when"
        + " it does): launch again then"
    }
    let isPartition = reason.lowercased().split(separator: " ").contains("partition")
    let advice =
      isPartition && !partitions.isEmpty
      ? "the cluster has the partitions \(partitions.joined(separator: ", ")): correct 'partition' of \(profile)"
      : "correct \(profile), or the script, and launch again"
    return "sbatch rejected \(script): \(reason). Nothing is left in the queue; \(advice)"
  }
}
