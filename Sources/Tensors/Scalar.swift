import CKernels
import COpenBLAS

/// A function applied to each element. The derivative of each is in `Differentiation`.
public enum UnaryFunction: UInt32, Sendable, CaseIterable {
  case negate, exp, log, log1p
  /// log(1 − exp(x)), x ≤ 0.
  case log1mexp
  case tanh, sigmoid, softplus, relu
  /// 1 where x > 0, else 0.
  case step
  /// x where x > 0, else exp(x) − 1.
  case elu
  /// 1 where x > 0, else exp(x).
  case eluSlope
  case square, squareRoot, reciprocal
  /// log Φ(x), Φ the standard normal distribution function.
  case logNormalCDF
}

/// A function applied to pairs of elements.
public enum BinaryFunction: UInt32, Sendable, CaseIterable {
  case add, subtract, multiply, divide, maximum
  /// a + b where that is positive, else 0.
  case addThenRelu
  /// a where b > 0, else 0.
  case gate
}

/// An element type of the engine: Float32 for training, Float64 for numerical checks.
///
/// All functions work on caller-owned contiguous memory and never allocate.
public protocol Scalar: BinaryFloatingPoint, Sendable {
  /// y[i] = f(x[i]); x and y may be the same array.
  static func apply(
    _ function: UnaryFunction, _ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// out[i] = f(a[i·aStep], b[i·bStep]); steps are 0 or 1; out may be an operand of step 1.
  static func apply(
    _ function: BinaryFunction, _ count: Int, _ a: UnsafePointer<Self>, _ aStep: Int,
    _ b: UnsafePointer<Self>,
    _ bStep: Int, _ out: UnsafeMutablePointer<Self>)

  /// y[i] = scale·x[i] + offset; x and y may be the same array.
  static func affine(
    _ count: Int, scale: Self, offset: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// x[i] = value. Here because a generic loop over an unknown element type would be slow.
  static func fill(_ count: Int, _ value: Self, _ x: UnsafeMutablePointer<Self>)

  /// Sum in the kernels' fixed order.
  static func sum(_ count: Int, _ x: UnsafePointer<Self>) -> Double

  /// y[row] = Σ x·l − softplus(l) over a row of logits [rows, count]: log-likelihood of x [rows/samples, count], each row of
  /// it for `samples` rows, under Bernoulli distributions with logits l. `sigmoids`, if given, gets those of the logits, in whose
  /// memory it may lie.
  static func bernoulliLogLikelihood(
    rows: Int, samples: Int, count: Int, _ x: UnsafePointer<Self>, logits: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>, sigmoids: UnsafeMutablePointer<Self>?)

  /// Over the middle axis of x [outer, rows, columns]: y [outer, columns] is the sum, added in Float64, rounded once.
  static func sumRows(
    outer: Int, rows: Int, columns: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// y [times, count]: each row is x.
  static func `repeat`(_ count: Int, times: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// Along the middle axis of η [outer, sticks, inner]: pieces of a stick and what remains of it,
  /// y [outer, sticks + 1, inner].
  static func stickBreaking(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// The gradient of Σ g·(what `stickBreaking` gives) with respect to η; g is [outer, sticks + 1, inner].
  static func stickBreakingGradient(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Self>, upstream g: UnsafePointer<Self>,
    _ y: UnsafeMutablePointer<Self>)

  /// Along the middle axis of x [outer, rows, inner]: how many rows there are before the sum of the rows so far, in
  /// Float64, is first not at most `bound`; counts [outer, inner].
  static func countRows(
    outer: Int, rows: Int, inner: Int, within bound: Double, _ x: UnsafePointer<Self>,
    _ counts: UnsafeMutablePointer<Self>)

  /// Sum of squares, added in Float64.
  static func sumOfSquares(_ count: Int, _ x: UnsafePointer<Self>) -> Double

  /// Largest element; count ≥ 1.
  static func maximum(_ count: Int, _ x: UnsafePointer<Self>) -> Self

  /// Over the middle axis of x [outer, length, inner]: y = x − log Σ exp x, shifted by the maximum. x may be y.
  static func logSoftmax(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// Over the middle axis of x [outer, length, inner]: log Σ exp x, shifted by the maximum; y [outer, inner].
  static func logSumExp(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// 1 on the largest element along the middle axis of [outer, length, inner], the first of equal ones; 0 elsewhere.
  static func oneHot(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

  /// Integrands of the probabilities that one of several Gaussians is the largest, at `nodes` places of a quadrature
  /// (kernels.h has the formulas). z, logCDF and mass have room for `sticks`·(nodes + 1) + 32 elements.
  static func gaussianMasses(
    sticks: Int, nodes: Int, at places: UnsafePointer<Self>, weights: UnsafePointer<Self>,
    mu: UnsafePointer<Self>, sigma: UnsafePointer<Self>, farthest: Self, z: UnsafeMutablePointer<Self>,
    logCDF: UnsafeMutablePointer<Self>, logProduct: UnsafeMutablePointer<Self>,
    mass: UnsafeMutablePointer<Self>)

  /// The gradient of what `gaussianMasses` gave, weighted by upstream gradients g, with respect to μ and σ (kernels.h). g and
  /// the results have one element for each stick, `step` apart; scratch has room for
  /// 2·`sticks`·(nodes + 1) + nodes + 32 elements.
  static func gaussianMassSlopes(
    sticks: Int, nodes: Int, sigma: UnsafePointer<Self>, z: UnsafePointer<Self>,
    logCDF: UnsafePointer<Self>, mass: UnsafePointer<Self>, upstream g: UnsafePointer<Self>,
    lastTerm: Self, step: Int, scratch: UnsafeMutablePointer<Self>, mu muSlopes: UnsafeMutablePointer<Self>,
    sigma sigmaSlopes: UnsafeMutablePointer<Self>)

  /// Where x[i] > best[i]: best[i] = x[i] and winners[i] = k.
  static func updateWinners(
    _ count: Int, _ k: Self, _ x: UnsafePointer<Self>, best: UnsafeMutablePointer<Self>,
    winners: UnsafeMutablePointer<Self>)

  /// counts[winners[i]·step] += 1. Here because a generic conversion of an unknown element type is very slow.
  static func tally(
    _ count: Int, _ winners: UnsafePointer<Self>, into counts: UnsafeMutablePointer<Self>, step: Int)

  /// C = op(A)·op(B), row-major, op the transpose where asked; added to C where `isAdding`. C is [m, n]; the inner
  /// length is k.
  static func matrixProduct(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Self>, transposeA: Bool, _ b: UnsafePointer<Self>,
    transposeB: Bool, _ c: UnsafeMutablePointer<Self>, isAdding: Bool)

  /// Lists the entries of a [rows, columns] that are not zero (kernels.h has the lists' form).
  ///
  /// - Returns: how many there are; more than `limit` means that the lists end early.
  static func listNonzeros(
    rows: Int, columns: Int, _ a: UnsafePointer<Self>, limit: Int, starts: UnsafeMutablePointer<UInt32>,
    places: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Self>
  ) -> Int

  /// Whether all of `count` values are 1.
  static func areOnes(_ count: Int, _ values: UnsafePointer<Self>) -> Bool

  /// The same lists of the transposed matrix. Nil stands for values that are all 1.
  static func transposeNonzeros(
    rows: Int, columns: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Self>?, toStarts: UnsafeMutablePointer<UInt32>,
    places toPlaces: UnsafeMutablePointer<UInt32>, values toValues: UnsafeMutablePointer<Self>)

  /// C = A·B of a listed matrix A [rows, inner] and B with n columns. Nil stands for values that are all 1.
  static func sparseProduct(
    rows: Int, inner: Int, n: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Self>?, _ b: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>)

  /// Copies what lies under the windows of `lines`, zero outside of the image, to
  /// patches [lines·columns, kernel height, kernel width, channels]. Lines of windows are counted through all images.
  static func gather(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ images: UnsafePointer<Self>,
    _ patches: UnsafeMutablePointer<Self>)

  /// The adjoint of `gather`: adds patches to the images under their windows. An image is set to zero before its
  /// first line, so lines must come in order.
  static func scatter(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ patches: UnsafePointer<Self>,
    _ images: UnsafeMutablePointer<Self>)

  /// One Adam step over arrays that lie one behind the other, each up to its end (kernels.h has the formula).
  ///
  /// - Returns: the gradient's sum of squares, which the same pass over memory gives.
  static func adam(
    ends: [Int], weights: UnsafeMutablePointer<Self>, firstMoment: UnsafeMutablePointer<Self>,
    secondMoment: UnsafeMutablePointer<Self>, gradient: UnsafePointer<Self>, rate: Self, beta1: Double,
    beta2: Double,
    epsilon: Self, firstScale: Self, secondScale: Self
  ) -> Double
}

extension Scalar {
  /// C = op(A)·op(B).
  public static func matrixProduct(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Self>, transposeA: Bool, _ b: UnsafePointer<Self>,
    transposeB: Bool, _ c: UnsafeMutablePointer<Self>
  ) {
    matrixProduct(m: m, n: n, k: k, a, transposeA: transposeA, b, transposeB: transposeB, c, isAdding: false)
  }
}

extension Float: Scalar {
  public static func logSoftmax(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_log_softmax_f32(outer, length, inner, x, y)
  }

  public static func logSumExp(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_log_sum_exp_f32(outer, length, inner, x, y)
  }

  public static func apply(
    _ function: UnaryFunction, _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_unary_f32(igr_unary_op(function.rawValue), count, x, y)
  }

  public static func apply(
    _ function: BinaryFunction, _ count: Int, _ a: UnsafePointer<Float>, _ aStep: Int,
    _ b: UnsafePointer<Float>,
    _ bStep: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    igr_binary_f32(igr_binary_op(function.rawValue), count, a, aStep, b, bStep, out)
  }

  public static func affine(
    _ count: Int, scale: Float, offset: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_affine_f32(count, scale, offset, x, y)
  }

  public static func fill(_ count: Int, _ value: Float, _ x: UnsafeMutablePointer<Float>) {
    x.update(repeating: value, count: count)
  }

  public static func sum(_ count: Int, _ x: UnsafePointer<Float>) -> Double { igr_sum_f32(count, x) }

  public static func oneHot(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_one_hot_f32(outer, length, inner, x, y)
  }

  public static func bernoulliLogLikelihood(
    rows: Int, samples: Int, count: Int, _ x: UnsafePointer<Float>, logits: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, sigmoids: UnsafeMutablePointer<Float>?
  ) {
    igr_bernoulli_f32(rows, samples, count, x, logits, y, sigmoids)
  }

  public static func sumRows(
    outer: Int, rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_sum_rows_f32(outer, rows, columns, x, y)
  }

  public static func `repeat`(
    _ count: Int, times: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_repeat_f32(count, times, x, y)
  }

  public static func stickBreaking(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    igr_stick_breaking_f32(outer, sticks, inner, eta, y)
  }

  public static func stickBreakingGradient(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Float>, upstream g: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    igr_stick_breaking_gradient_f32(outer, sticks, inner, eta, g, y)
  }

  public static func gaussianMasses(
    sticks: Int, nodes: Int, at places: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    mu: UnsafePointer<Float>, sigma: UnsafePointer<Float>, farthest: Float, z: UnsafeMutablePointer<Float>,
    logCDF: UnsafeMutablePointer<Float>, logProduct: UnsafeMutablePointer<Float>,
    mass: UnsafeMutablePointer<Float>
  ) {
    igr_gaussian_masses_f32(
      sticks, nodes, places, weights, mu, sigma, farthest, z, logCDF, logProduct, mass)
  }

  public static func gaussianMassSlopes(
    sticks: Int, nodes: Int, sigma: UnsafePointer<Float>, z: UnsafePointer<Float>,
    logCDF: UnsafePointer<Float>, mass: UnsafePointer<Float>, upstream g: UnsafePointer<Float>,
    lastTerm: Float, step: Int, scratch: UnsafeMutablePointer<Float>,
    mu muSlopes: UnsafeMutablePointer<Float>,
    sigma sigmaSlopes: UnsafeMutablePointer<Float>
  ) {
    igr_gaussian_mass_slopes_f32(
      sticks, nodes, sigma, z, logCDF, mass, g, lastTerm, step, scratch, muSlopes, sigmaSlopes)
  }

  public static func countRows(
    outer: Int, rows: Int, inner: Int, within bound: Double, _ x: UnsafePointer<Float>,
    _ counts: UnsafeMutablePointer<Float>
  ) {
    igr_rows_within_f32(outer, rows, inner, bound, x, counts)
  }

  public static func sumOfSquares(_ count: Int, _ x: UnsafePointer<Float>) -> Double {
    igr_sum_of_squares_f32(count, x)
  }

  public static func maximum(_ count: Int, _ x: UnsafePointer<Float>) -> Float { igr_max_f32(count, x) }

  public static func updateWinners(
    _ count: Int, _ k: Float, _ x: UnsafePointer<Float>, best: UnsafeMutablePointer<Float>,
    winners: UnsafeMutablePointer<Float>
  ) { igr_winners_f32(count, k, x, best, winners) }

  public static func tally(
    _ count: Int, _ winners: UnsafePointer<Float>, into counts: UnsafeMutablePointer<Float>, step: Int
  ) {
    for index in 0..<count { counts[Int(winners[index]) * step] += 1 }
  }

  public static func matrixProduct(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, transposeA: Bool, _ b: UnsafePointer<Float>,
    transposeB: Bool, _ c: UnsafeMutablePointer<Float>, isAdding: Bool
  ) {
    if igr_product_f32(transposeA ? 1 : 0, transposeB ? 1 : 0, m, n, k, a, b, c, isAdding ? 1 : 0) != 0 {
      return
    }
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m),
      Int32(n), Int32(k), 1, a, Int32(transposeA ? m : k), b, Int32(transposeB ? k : n), isAdding ? 1 : 0, c,
      Int32(n))
  }

  public static func listNonzeros(
    rows: Int, columns: Int, _ a: UnsafePointer<Float>, limit: Int, starts: UnsafeMutablePointer<UInt32>,
    places: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>
  ) -> Int {
    igr_nonzeros_f32(rows, columns, a, limit, starts, places, values)
  }

  public static func areOnes(_ count: Int, _ values: UnsafePointer<Float>) -> Bool {
    igr_are_ones_f32(count, values) != 0
  }

  public static func transposeNonzeros(
    rows: Int, columns: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Float>?, toStarts: UnsafeMutablePointer<UInt32>,
    places toPlaces: UnsafeMutablePointer<UInt32>, values toValues: UnsafeMutablePointer<Float>
  ) {
    igr_transposed_nonzeros_f32(rows, columns, starts, places, values, toStarts, toPlaces, toValues)
  }

  public static func sparseProduct(
    rows: Int, inner: Int, n: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Float>?, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    igr_sparse_product_f32(rows, inner, starts, places, values, n, b, c)
  }

  public static func gather(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ images: UnsafePointer<Float>,
    _ patches: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: windows.layout) {
      igr_gather_f32($0, lines.lowerBound, lines.count, images, patches)
    }
  }

  public static func scatter(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ patches: UnsafePointer<Float>,
    _ images: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: windows.layout) {
      igr_scatter_f32($0, lines.lowerBound, lines.count, patches, images)
    }
  }

  public static func adam(
    ends: [Int], weights: UnsafeMutablePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
    secondMoment: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, rate: Float, beta1: Double,
    beta2: Double, epsilon: Float, firstScale: Float, secondScale: Float
  ) -> Double {
    igr_adam_f32(
      ends, ends.count, weights, firstMoment, secondMoment, gradient, rate, beta1, beta2, epsilon, firstScale,
      secondScale)
  }
}

extension Double: Scalar {
  public static func logSoftmax(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_log_softmax_f64(outer, length, inner, x, y)
  }

  public static func logSumExp(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_log_sum_exp_f64(outer, length, inner, x, y)
  }

  public static func apply(
    _ function: UnaryFunction, _ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_unary_f64(igr_unary_op(function.rawValue), count, x, y)
  }

  public static func apply(
    _ function: BinaryFunction, _ count: Int, _ a: UnsafePointer<Double>, _ aStep: Int,
    _ b: UnsafePointer<Double>,
    _ bStep: Int, _ out: UnsafeMutablePointer<Double>
  ) {
    igr_binary_f64(igr_binary_op(function.rawValue), count, a, aStep, b, bStep, out)
  }

  public static func affine(
    _ count: Int, scale: Double, offset: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_affine_f64(count, scale, offset, x, y)
  }

  public static func fill(_ count: Int, _ value: Double, _ x: UnsafeMutablePointer<Double>) {
    x.update(repeating: value, count: count)
  }

  public static func sum(_ count: Int, _ x: UnsafePointer<Double>) -> Double { igr_sum_f64(count, x) }

  public static func oneHot(
    outer: Int, length: Int, inner: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_one_hot_f64(outer, length, inner, x, y)
  }

  public static func bernoulliLogLikelihood(
    rows: Int, samples: Int, count: Int, _ x: UnsafePointer<Double>, logits: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>, sigmoids: UnsafeMutablePointer<Double>?
  ) {
    igr_bernoulli_f64(rows, samples, count, x, logits, y, sigmoids)
  }

  public static func sumRows(
    outer: Int, rows: Int, columns: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_sum_rows_f64(outer, rows, columns, x, y)
  }

  public static func `repeat`(
    _ count: Int, times: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_repeat_f64(count, times, x, y)
  }

  public static func stickBreaking(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
  ) {
    igr_stick_breaking_f64(outer, sticks, inner, eta, y)
  }

  public static func stickBreakingGradient(
    outer: Int, sticks: Int, inner: Int, _ eta: UnsafePointer<Double>, upstream g: UnsafePointer<Double>,
    _ y: UnsafeMutablePointer<Double>
  ) {
    igr_stick_breaking_gradient_f64(outer, sticks, inner, eta, g, y)
  }

  public static func gaussianMasses(
    sticks: Int, nodes: Int, at places: UnsafePointer<Double>, weights: UnsafePointer<Double>,
    mu: UnsafePointer<Double>, sigma: UnsafePointer<Double>, farthest: Double,
    z: UnsafeMutablePointer<Double>,
    logCDF: UnsafeMutablePointer<Double>, logProduct: UnsafeMutablePointer<Double>,
    mass: UnsafeMutablePointer<Double>
  ) {
    igr_gaussian_masses_f64(
      sticks, nodes, places, weights, mu, sigma, farthest, z, logCDF, logProduct, mass)
  }

  public static func gaussianMassSlopes(
    sticks: Int, nodes: Int, sigma: UnsafePointer<Double>, z: UnsafePointer<Double>,
    logCDF: UnsafePointer<Double>, mass: UnsafePointer<Double>,
    upstream g: UnsafePointer<Double>,
    lastTerm: Double, step: Int, scratch: UnsafeMutablePointer<Double>,
    mu muSlopes: UnsafeMutablePointer<Double>,
    sigma sigmaSlopes: UnsafeMutablePointer<Double>
  ) {
    igr_gaussian_mass_slopes_f64(
      sticks, nodes, sigma, z, logCDF, mass, g, lastTerm, step, scratch, muSlopes, sigmaSlopes)
  }

  public static func countRows(
    outer: Int, rows: Int, inner: Int, within bound: Double, _ x: UnsafePointer<Double>,
    _ counts: UnsafeMutablePointer<Double>
  ) {
    igr_rows_within_f64(outer, rows, inner, bound, x, counts)
  }

  public static func sumOfSquares(_ count: Int, _ x: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += x[index] * x[index] }
    return sum
  }

  public static func maximum(_ count: Int, _ x: UnsafePointer<Double>) -> Double { igr_max_f64(count, x) }

  public static func updateWinners(
    _ count: Int, _ k: Double, _ x: UnsafePointer<Double>, best: UnsafeMutablePointer<Double>,
    winners: UnsafeMutablePointer<Double>
  ) { igr_winners_f64(count, k, x, best, winners) }

  public static func tally(
    _ count: Int, _ winners: UnsafePointer<Double>, into counts: UnsafeMutablePointer<Double>, step: Int
  ) {
    for index in 0..<count { counts[Int(winners[index]) * step] += 1 }
  }

  public static func matrixProduct(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Double>, transposeA: Bool, _ b: UnsafePointer<Double>,
    transposeB: Bool, _ c: UnsafeMutablePointer<Double>, isAdding: Bool
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m),
      Int32(n), Int32(k), 1, a, Int32(transposeA ? m : k), b, Int32(transposeB ? k : n), isAdding ? 1 : 0, c,
      Int32(n))
  }

  public static func listNonzeros(
    rows: Int, columns: Int, _ a: UnsafePointer<Double>, limit: Int, starts: UnsafeMutablePointer<UInt32>,
    places: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Double>
  ) -> Int {
    igr_nonzeros_f64(rows, columns, a, limit, starts, places, values)
  }

  public static func areOnes(_ count: Int, _ values: UnsafePointer<Double>) -> Bool {
    igr_are_ones_f64(count, values) != 0
  }

  public static func transposeNonzeros(
    rows: Int, columns: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Double>?, toStarts: UnsafeMutablePointer<UInt32>,
    places toPlaces: UnsafeMutablePointer<UInt32>, values toValues: UnsafeMutablePointer<Double>
  ) {
    igr_transposed_nonzeros_f64(rows, columns, starts, places, values, toStarts, toPlaces, toValues)
  }

  public static func sparseProduct(
    rows: Int, inner: Int, n: Int, starts: UnsafePointer<UInt32>, places: UnsafePointer<UInt32>,
    values: UnsafePointer<Double>?, _ b: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>
  ) {
    igr_sparse_product_f64(rows, inner, starts, places, values, n, b, c)
  }

  public static func gather(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ images: UnsafePointer<Double>,
    _ patches: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: windows.layout) {
      igr_gather_f64($0, lines.lowerBound, lines.count, images, patches)
    }
  }

  public static func scatter(
    _ windows: ConvolutionWindows, lines: Range<Int>, _ patches: UnsafePointer<Double>,
    _ images: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: windows.layout) {
      igr_scatter_f64($0, lines.lowerBound, lines.count, patches, images)
    }
  }

  public static func adam(
    ends: [Int], weights: UnsafeMutablePointer<Double>, firstMoment: UnsafeMutablePointer<Double>,
    secondMoment: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, rate: Double, beta1: Double,
    beta2: Double, epsilon: Double, firstScale: Double, secondScale: Double
  ) -> Double {
    igr_adam_f64(
      ends, ends.count, weights, firstMoment, secondMoment, gradient, rate, beta1, beta2, epsilon, firstScale,
      secondScale)
  }
}
