import Randomness

/// Points of the unit cube, each a function of seed, index and dimension alone: more draws leave earlier ones as they
/// are.
struct SampleDraws {
  private let key: RandomKey
  private let isShifted: Bool
  private let sequence = SobolSequence()

  /// - Parameter seed: nil leaves a Sobol sequence as published, its first point at 0; a seed moves it by a digital
  ///   shift, which keeps its evenness. Random draws have seed 0 then.
  init(seed: Int?) {
    key = RandomKey(seed: UInt64(seed ?? 0), purpose: .sampleDraws)
    isShifted = seed != nil
  }

  /// Independent and uniform on [0, 1), with 53 bits.
  func random(_ index: Int, dimension: Int) -> Double {
    let words = words(at: UInt64(index), step: UInt64(dimension))
    let bits = UInt64(words.0) << 32 | UInt64(words.1)
    return Double(bits >> 11) * 0x1p-53
  }

  /// A point of the Sobol sequence, its dimension shifted by a random number of its own: XOR of all 32 bits.
  func sobol(_ index: Int, dimension: Int) -> Double {
    // Steps of the random draws are small.
    let shift = isShifted ? words(at: 0, step: 1 << 32 + UInt64(dimension)).0 : 0
    return Double(sequence.bits(index, dimension: dimension) ^ shift) * 0x1p-32
  }

  private func words(at block: UInt64, step: UInt64) -> (UInt32, UInt32) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { words in
      key.fillWords(words, firstBlock: block, step: step)
      return (words[0], words[1])
    }
  }
}
