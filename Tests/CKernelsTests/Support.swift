import CKernels
import TestSupport

/// Kernel targets this machine has, narrowest first.
let availableTargets: [String] = {
  let initial = String(cString: igr_kernel_target())
  defer { igr_limit_kernel_target(initial) }
  return ["portable", "neon", "sse2", "avx2", "avx512"].filter { igr_limit_kernel_target($0) == 0 }
}()

/// Runs `body` with each target in turn; the widest is in force afterwards. The choice is global to the process, so
/// only suites inside `KernelTests`, which is serialized, may call this.
func onEachTarget<Result>(_ body: (String) throws -> Result) rethrows -> [(target: String, result: Result)] {
  defer { igr_limit_kernel_target(availableTargets.last!) }
  return try availableTargets.map { target in
    igr_limit_kernel_target(target)
    return (target, try body(target))
  }
}

/// Words of a stream named by `seed`, which failure messages print.
func randomWords(_ count: Int, seed: UInt32) -> [UInt32] {
  var words = [UInt32](repeating: 0, count: count)
  igr_random_words(count, 0, 0, [seed, 0], &words)
  return words
}

func apply(_ op: igr_unary_op, _ x: [Float]) -> [Float] {
  var y = [Float](repeating: 0, count: x.count)
  igr_unary_f32(op, x.count, x, &y)
  return y
}

/// Of one row.
func logLikelihood(_ x: [Float], _ logits: [Float]) -> Float {
  var y: Float = .nan
  igr_bernoulli_f32(1, 1, x.count, x, logits, &y, nil)
  return y
}

func wideLogLikelihood(_ x: [Float], _ logits: [Float]) -> Double {
  var y = Double.nan
  igr_bernoulli_f64(1, 1, x.count, x.map(Double.init), logits.map(Double.init), &y, nil)
  return y
}

/// The error of `got` in units of the last place of the Float32 nearest to `want`; 0 where both are NaN or the same
/// infinity.
func ulps(_ got: Float, _ want: Double) -> Double {
  let nearest = Float(want)
  if nearest.isNaN || got.isNaN { return nearest.isNaN && got.isNaN ? 0 : .infinity }
  if nearest.isInfinite || got.isInfinite { return nearest == got ? 0 : .infinity }
  let exponent = want == 0 ? -149 : max(want.exponent - 23, -149)
  return abs(Double(got) - want) / Double(sign: .plus, exponent: Int(exponent), significand: 1)
}

extension GoldenCase {
  /// Fails on a key that a test does not know, so that no number of a file goes unchecked.
  func requireKeys(_ known: Set<String>) throws {
    let unknown = keys.subtracting(known)
    guard unknown.isEmpty else { throw GoldenError(message: "\(self): \(unknown.sorted()) not understood") }
  }
}
