import CKernels
import Testing

extension KernelTests {
  /// What threads share gives the same bits for any number of them: 7 do not divide what they share.
  @Suite struct SharedWorkTests {
    static let seed: UInt32 = 5
    /// No multiple of a line, a block of a sum or a piece of noise; large enough that every kernel is shared.
    static let count = 150_003

    static func numbers(_ count: Int, stream: UInt32 = 0) -> [Float] {
      randomWords(count, seed: seed + stream).map { Float(Int32(bitPattern: $0)) * 0x1p-29 }
    }

    func expectSameBits(_ what: String, _ run: () -> [Float]) {
      let initial = igr_threads()
      defer { igr_set_threads(initial) }
      igr_set_threads(1)
      let alone = run().map(\.bitPattern)
      for threads in [2, 3, 7] {
        igr_set_threads(threads)
        #expect(run().map(\.bitPattern) == alone, "\(what), \(threads) threads, seed \(Self.seed)")
      }
    }

    /// A result that is not a number where nothing was written.
    func filled(_ count: Int = count, _ run: (inout [Float]) -> Void) -> [Float] {
      var y = [Float](repeating: .nan, count: count)
      run(&y)
      return y
    }

    @Test func elementwise() {
      let (a, b) = (Self.numbers(Self.count), Self.numbers(Self.count, stream: 1))
      for op in [IGR_EXP, IGR_RELU, IGR_SIGMOID, IGR_LOG_NORMAL_CDF] {
        expectSameBits("unary op \(op.rawValue)") { filled { igr_unary_f32(op, Self.count, a, &$0) } }
      }
      for (aStep, bStep) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
        expectSameBits("subtract, steps \(aStep) \(bStep)") {
          filled { igr_binary_f32(IGR_SUBTRACT, Self.count, a, aStep, b, bStep, &$0) }
        }
      }
      expectSameBits("affine") { filled { igr_affine_f32(Self.count, 3, -1, a, &$0) } }
    }

    @Test func rowsAndColumns() {
      let (outer, length, inner) = (61, 10, 37)
      let x = Self.numbers(outer * length * inner)
      expectSameBits("log softmax") { filled(x.count) { igr_log_softmax_f32(outer, length, inner, x, &$0) } }
      expectSameBits("log sum exp") {
        filled(outer * inner) { igr_log_sum_exp_f32(outer, length, inner, x, &$0) }
      }
      let images = Self.numbers(x.count / 2, stream: 1)
      expectSameBits("Bernoulli log-likelihood") {
        filled(2 * length * 7) { igr_bernoulli_f32(2 * length * 7, 2, 160, images, x, &$0, nil) }
      }
      expectSameBits("Bernoulli log-likelihood with sigmoids") {
        var sigmoids = [Float](repeating: .nan, count: x.count)
        let y = filled(2 * length * 7) {
          igr_bernoulli_f32(2 * length * 7, 2, 160, images, x, &$0, &sigmoids)
        }
        return y + sigmoids
      }
    }

    /// Squares are summed over all elements, in blocks that parts do not cut. The arrays of Adam end within blocks, and one
    /// is smaller than a block.
    @Test func adamAndSumsOfSquares() {
      let g = Self.numbers(Self.count)
      for ends in [[Self.count], [16, 32, 70_000, 70_016, Self.count]] {
        expectSameBits("Adam over arrays up to \(ends)") {
          var (w, m, v) = (g, g, g.map(abs))
          let squares = igr_adam_f32(ends, ends.count, &w, &m, &v, g, 1e-3, 0.9, 0.999, 1e-7, 10, 1_000)
          #expect(squares == igr_sum_of_squares_f32(Self.count, g))
          return w + m + v + bits(squares)
        }
      }
      expectSameBits("sum of squares") { bits(igr_sum_of_squares_f32(Self.count, g)) }
    }

    private func bits(_ x: Double) -> [Float] {
      [
        Float(bitPattern: UInt32(x.bitPattern >> 32)),
        Float(bitPattern: UInt32(truncatingIfNeeded: x.bitPattern)),
      ]
    }

    /// Shared by columns where there are more of A's than rows, or by rows; widths that are no multiple of a tile.
    @Test func sparseProducts() {
      for (rows, inner, n) in [(97, 120, 130), (120, 97, 130), (97, 120, 64), (97, 120, 530), (50, 300, 20)] {
        let a = randomWords(rows * inner, seed: Self.seed).map { $0 % 4 == 0 ? Float($0 % 7) + 1 : 0 }
        let ones = a.map { $0 == 0 ? 0 : Float(1) }
        let w = Self.numbers(inner * n, stream: 2)
        for matrix in [a, ones] {
          var starts = [UInt32](repeating: 0, count: rows + 1)
          var places = [UInt32](repeating: 0, count: rows * inner + inner + 16)
          var values = [Float](repeating: 0, count: rows * inner + inner + 16)
          _ = igr_nonzeros_f32(rows, inner, matrix, rows * inner, &starts, &places, &values)
          expectSameBits("sparse product of \(rows)×\(inner)×\(n)") {
            filled(rows * n) { y in
              if matrix == ones {
                igr_sparse_product_f32(rows, inner, starts, places, nil, n, w, &y)
              } else {
                igr_sparse_product_f32(rows, inner, starts, places, values, n, w, &y)
              }
            }
          }
        }
      }
    }

    /// Lines that begin and end within an image.
    @Test func patches() {
      let windows = igr_windows(
        height: 16, width: 16, channels: 8, kernel_height: 4, kernel_width: 4, stride: 2, top: 1, left: 1,
        rows: 8, columns: 8)
      let (line, image) = (8 * 4 * 4 * 8, 16 * 16 * 8)
      let (first, lines, imageCount) = (3, 150, 20)
      let images = Self.numbers(imageCount * image)
      let patches = Self.numbers(lines * line, stream: 1)
      withUnsafePointer(to: windows) { windows in
        expectSameBits("gather") {
          filled(lines * line) { igr_gather_f32(windows, first, lines, images, &$0) }
        }
        expectSameBits("scatter") {
          var to = images
          igr_scatter_f32(windows, first, lines, patches, &to)
          return to
        }
      }
    }

    @Test func noise() {
      let key: [UInt32] = [7, 9]
      for count in [16_384, Self.count] {
        expectSameBits("uniform noise") { filled(count) { igr_uniform_f32(count, 3, key, &$0) } }
        expectSameBits("normal noise") { filled(count) { igr_normal_f32(count, 3, key, &$0) } }
        expectSameBits("Gumbel noise") { filled(count) { igr_gumbel_f32(count, 3, key, &$0) } }
        expectSameBits("logistic noise") { filled(count) { igr_logistic_f32(count, 3, key, &$0) } }
      }
    }
  }
}
