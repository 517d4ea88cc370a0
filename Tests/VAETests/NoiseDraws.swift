import Glibc
import Randomness
import TestSupport

extension SplitMix64 {
  /// Independent draws of a law in Float64.
  mutating func draws(_ count: Int, _ law: NoiseLaw) -> [Double] {
    (0..<count).map { _ in
      // Never 0, whose logarithm is infinite.
      let u = uniform(0x1p-54, 1)
      switch law {
      case .uniform: return u
      case .normal: return (-2 * log(u)).squareRoot() * cos(2 * .pi * uniform(0, 1))
      case .gumbel: return -log(-log(u))
      case .logistic: return log(u) - log1p(-u)
      }
    }
  }

  mutating func uniforms(_ count: Int, _ range: ClosedRange<Double>) -> [Double] {
    (0..<count).map { _ in uniform(range.lowerBound, range.upperBound) }
  }
}
