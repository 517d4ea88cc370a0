import Randomness

/// The percentile bootstrap of a mean (Efron and Tibshirani 1993, chapter 13) with a fixed seed, so that a table is the
/// same whenever it is made.
struct Bootstrap {
  let seed: UInt64
  let resamples: Int

  /// From the 2.5th to the 97.5th percentile of the resampled means.
  ///
  /// - Parameter values: finite, at least two.
  func interval(of values: [Double]) -> Estimate.Interval {
    // In rising order, so that the order of the trials changes no bit.
    let means = resampledMeans(of: values.sorted()).sorted()
    return Estimate.Interval(low: Self.percentile(means, 0.025), high: Self.percentile(means, 0.975))
  }

  /// Means of resamples with replacement. The draw j of resample r is ⌊w·n / 2³²⌋ with w the word j of the stream r of
  /// Philox 4×32-10.
  func resampledMeans(of values: [Double]) -> [Double] {
    let key = RandomKey(seed: seed, purpose: .bootstrap)
    var words = [UInt32](repeating: 0, count: values.count)
    return (0..<resamples).map { resample in
      words.withUnsafeMutableBufferPointer { key.fillWords($0, firstBlock: 0, step: UInt64(resample)) }
      return words.reduce(0) { sum, word in
        sum + values[Int((UInt64(word) * UInt64(values.count)) >> 32)]
      } / Double(values.count)
    }
  }

  /// Linear between neighbours, as numpy's default (Hyndman and Fan 1996, type 7).
  static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    guard low + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
  }
}
