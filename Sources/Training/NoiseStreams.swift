import Randomness

/// Fills every noise input of a graph from the streams of one key: input i of a step draws from step ⊕ i·2⁵⁶, so that
/// the first input's numbers do not depend on whether there are others.
///
/// - Parameter step: below 2⁵⁶, or all ones.
func fillNoise(
  _ inputs: [(values: UnsafeMutableBufferPointer<Float>, law: NoiseLaw)], key: RandomKey, step: UInt64
) {
  for (index, input) in inputs.enumerated() {
    key.fill(input.values, input.law, step: step ^ UInt64(index) << 56)
  }
}
