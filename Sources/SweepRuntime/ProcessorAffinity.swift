import CProcessorAffinity
import Glibc

/// Which cores this process, and what it starts from now on, may run on.
public enum ProcessorAffinity {
  /// The kernel takes a mask of any length; this one ends at 4096 cores.
  private static let maskBytes = 512

  /// The cores that are allowed now, in order; empty where the system does not tell.
  public static var cores: [Int] {
    var mask = [UInt8](repeating: 0, count: maskBytes)
    guard igr_allowed_cores(&mask, mask.count) == 0 else { return [] }
    return (0..<(mask.count * 8)).filter { mask[$0 / 8] & (1 << ($0 % 8)) != 0 }
  }

  /// - Parameter cores: numbers below 4096.
  /// - Returns: the reason where the system refused.
  public static func keep(to cores: [Int]) -> String? {
    var mask = [UInt8](repeating: 0, count: maskBytes)
    for core in cores { mask[core / 8] |= 1 << (core % 8) }
    guard igr_keep_to_cores(mask, mask.count) != 0 else { return nil }
    let list = cores.map(String.init).joined(separator: ",")
    return "cannot keep to the cores \(list): \(systemReason(errno)); allowed are"
      + " \(self.cores.map(String.init).joined(separator: ","))"
  }
}
