import CKernels

/// A law of random numbers that `RandomKey.fill` draws from.
public enum NoiseLaw: Sendable {
  /// Uniform on the open interval (0, 1).
  case uniform
  /// Normal with mean 0 and variance 1.
  case normal
  /// Gumbel with location 0 and scale 1: -log(-log u).
  case gumbel
  /// Logistic with location 0 and scale 1: log u - log(1 - u).
  case logistic
}

extension RandomKey {
  /// Fills `values` with independent draws of `law`. Element i depends on the key, `step` and i alone: a shorter buffer
  /// gets the first elements of a longer one.
  public func fill(_ values: UnsafeMutableBufferPointer<Float>, _ law: NoiseLaw, step: UInt64) {
    guard let base = values.baseAddress else { return }
    withWords { key in
      switch law {
      case .uniform: igr_uniform_f32(values.count, step, key, base)
      case .normal: igr_normal_f32(values.count, step, key, base)
      case .gumbel: igr_gumbel_f32(values.count, step, key, base)
      case .logistic: igr_logistic_f32(values.count, step, key, base)
      }
    }
  }

  /// Glorot's uniform initial weights: uniform on ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16).
  ///
  /// - Parameters:
  ///   - weights: a kernel, in the order in which it lies in memory.
  ///   - fanIn: inputs that reach one unit; for a dense layer its input width.
  ///   - fanOut: outputs that one input reaches; for a dense layer its output width.
  ///   - step: the number of the tensor in its network.
  public func fillGlorotUniform(
    _ weights: UnsafeMutableBufferPointer<Float>, fanIn: Int, fanOut: Int, step: UInt64
  ) {
    precondition(fanIn > 0 && fanOut > 0, "a layer has inputs and outputs")
    fill(weights, .uniform, step: step)
    guard let base = weights.baseAddress else { return }
    let limit = (6 / Float(fanIn + fanOut)).squareRoot()
    igr_affine_f32(weights.count, 2 * limit, -limit, base, base)
  }

  /// Normal draws of mean 0.
  ///
  /// - Parameter step: for initial weights, the number of the tensor in its network.
  public func fillNormal(_ values: UnsafeMutableBufferPointer<Float>, deviation: Float, step: UInt64) {
    fill(values, .normal, step: step)
    guard let base = values.baseAddress else { return }
    igr_affine_f32(values.count, deviation, 0, base, base)
  }

  /// Words of the stream of `step`: `words[i]` is word `4 * firstBlock + i`.
  ///
  /// For uses that need random bits at a place of their own, such as one pixel of one image.
  public func fillWords(_ words: UnsafeMutableBufferPointer<UInt32>, firstBlock: UInt64, step: UInt64) {
    guard let base = words.baseAddress else { return }
    withWords { igr_random_words(words.count, firstBlock, step, $0, base) }
  }

  private func withWords(_ body: (UnsafePointer<UInt32>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2) { key in
      key.initializeElement(at: 0, to: low)
      key.initializeElement(at: 1, to: high)
      body(UnsafePointer(key.baseAddress!))
    }
  }
}
