/// The Sobol sequence (Sobol 1967) in the Gray-code order of Antonov and Saleev (1979), with the direction numbers of
/// Joe and Kuo (2008, file new-joe-kuo-6.21201), which `scipy.stats.qmc.Sobol(scramble=False)` has too.
struct SobolSequence {
  /// Degree, coefficients and first direction numbers of the primitive polynomials of dimensions 2, 3, ….
  private static let polynomials: [(degree: Int, coefficients: UInt32, first: [UInt32])] = [
    (1, 0, [1]),
    (2, 1, [1, 3]),
    (3, 1, [1, 3, 1]),
    (3, 2, [1, 1, 1]),
    (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]),
    (5, 2, [1, 1, 5, 5, 17]),
    (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]),
    (5, 11, [1, 1, 5, 1, 1]),
    (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]),
    (6, 1, [1, 3, 3, 9, 7, 49]),
    (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]),
    (6, 19, [1, 1, 1, 15, 7, 5]),
    (6, 22, [1, 3, 1, 15, 13, 25]),
    (6, 25, [1, 1, 5, 5, 19, 61]),
    (7, 1, [1, 3, 7, 11, 23, 15, 103]),
  ]

  /// More names than a sweep can sensibly sample.
  static let dimensionLimit = polynomials.count + 1
  /// Points before the sequence repeats.
  static let countLimit = 1 << 32

  /// 32 direction numbers of each dimension, the most significant bit first.
  private let directions: [[UInt32]]

  init() {
    directions =
      [(0..<32).map { 1 << (31 - UInt32($0)) }]
      + Self.polynomials.map { degree, coefficients, first in
        var numbers = first.enumerated().map { index, number in number << (31 - UInt32(index)) }
        for index in degree..<32 {
          var number = numbers[index - degree] ^ (numbers[index - degree] >> UInt32(degree))
          for k in 1..<max(degree, 1) where coefficients >> UInt32(degree - 1 - k) & 1 == 1 {
            number ^= numbers[index - k]
          }
          numbers.append(number)
        }
        return numbers
      }
  }

  /// The 32 bits after the point of one coordinate.
  ///
  /// - Precondition: 0 ≤ index < `countLimit`, 0 ≤ dimension < `dimensionLimit`.
  func bits(_ index: Int, dimension: Int) -> UInt32 {
    var gray = UInt32(index) ^ (UInt32(index) >> 1)
    var bits: UInt32 = 0
    while gray != 0 {
      bits ^= directions[dimension][gray.trailingZeroBitCount]
      gray &= gray - 1
    }
    return bits
  }
}
