import CKernels

/// The key of one stream of random numbers: Philox 4×32-10 (Salmon et al. 2011) in counter mode.
///
/// A number depends on the seed, the purpose, the step and its own place, and on nothing else: not on the thread, the
/// CPU, what was drawn before, or how many are drawn. See docs/design/0004-randomness.md.
public struct RandomKey: Hashable, Sendable {
  let low: UInt32
  let high: UInt32

  /// Mixed by Philox itself: the first two words of the block whose counter is (purpose, 0, 0, 0) and whose key is the
  /// seed. Seeds that differ in one bit give unrelated keys.
  public init(seed: UInt64, purpose: RandomPurpose) {
    let words = Self.block(
      counter: [purpose.rawValue, 0, 0, 0],
      key: [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)])
    low = words[0]
    high = words[1]
  }

  static func block(counter: [UInt32], key: [UInt32]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: 4) { words, count in
      igr_philox4x32(counter, key, words.baseAddress!)
      count = 4
    }
  }
}
