import Tensors

/// How often each category wins among samples of IGR-Planar or of broken sticks (engine specification part 3): the
/// argmax of λ and of the extra category's 0, counted over the samples. A measurement: the derivative is zero.
///
/// Inputs μ and σ [B, K − 1, 1, V], standard normal noise [V, K − 1, S] that all images share, then what the kind
/// needs; result [B, K, 1, V]. The work of one image and variable stays in arrays of S elements.
struct CategoryFrequencies: Operation {
  enum Kind: Equatable {
    /// Then w and ũ [K − 1, V] and b [V] of each planar layer.
    case planar(layers: Int)
    /// Then, where sticks are dropped, the number of those kept; shape [].
    case sticks(isTruncated: Bool)
  }

  let kind: Kind

  var signature: String { "category frequencies \(kind)" }

  func resultShape(of inputs: [Shape]) -> Shape {
    let (mu, noise) = (inputs[0], inputs[2])
    precondition(mu.rank == 4 && mu[2] == 1 && inputs[1] == mu, "μ and σ are [B, K−1, 1, V]: \(inputs)")
    precondition(noise.rank == 3 && noise[0] == mu[3] && noise[1] == mu[1], "noise is [V, K−1, S]: \(inputs)")
    return [mu[0], mu[1] + 1, 1, mu[3]]
  }

  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { inputs.map { _ in nil } }

  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    let shape = inputs[0].shape
    let (batch, sticks, variables) = (shape[0], shape[1], shape[3])
    let samples = inputs[2].shape[2]
    let (mu, sigma, noise, out) = (inputs[0].pointer, inputs[1].pointer, inputs[2].pointer, result.pointer)
    let others = inputs.dropFirst(3).map(\.pointer)
    let race = WinnerRace<S>(sticks: sticks, samples: samples)
    let kind = kind
    return {
      for item in 0..<batch {
        for variable in 0..<variables {
          let first = item * sticks * variables + variable
          let ownNoise = noise + variable * sticks * samples
          switch kind {
          case .planar(let layers):
            race.fillKappa(mu: mu + first, sigma: sigma + first, step: variables, noise: ownNoise)
            for layer in 0..<layers {
              race.applyPlanarLayer(
                w: others[3 * layer] + variable, uTilde: others[3 * layer + 1] + variable,
                b: others[3 * layer + 2][variable], step: variables)
            }
            race.compareKappa()
          case .sticks(let isTruncated):
            let kept = isTruncated ? max(1, min(sticks, Int(others[0][0]))) : sticks
            race.breakSticks(
              mu: mu + first, sigma: sigma + first, step: variables, noise: ownNoise, count: kept)
          }
          race.count(into: out + item * (sticks + 1) * variables + variable, step: variables)
        }
      }
    }
  }
}

/// The scratch memory of one variable of one image: S samples side by side.
private final class WinnerRace<S: Scalar> {
  private let sticks: Int
  private let samples: Int
  private let kappa: Storage<S>
  private let sum: Storage<S>
  private let scaled: Storage<S>
  private let rest: Storage<S>
  private let best: Storage<S>
  /// The winning stick, as a number; the extra category is `sticks`.
  private let winners: Storage<S>

  init(sticks: Int, samples: Int) {
    self.sticks = sticks
    self.samples = samples
    kappa = Storage(count: sticks * samples)
    (sum, scaled, rest) = (Storage(count: samples), Storage(count: samples), Storage(count: samples))
    (best, winners) = (Storage(count: samples), Storage(count: samples))
  }

  /// The extra category's logit is 0; equal ones lose to it, but for a continuous law they never are.
  private func begin() {
    S.fill(samples, 0, best.pointer)
    S.fill(samples, S(sticks), winners.pointer)
  }

  func fillKappa(
    mu: UnsafeMutablePointer<S>, sigma: UnsafeMutablePointer<S>, step: Int, noise: UnsafeMutablePointer<S>
  ) {
    for k in 0..<sticks {
      S.affine(
        samples, scale: sigma[k * step], offset: mu[k * step], noise + k * samples,
        kappa.pointer + k * samples)
    }
  }

  /// κ + ũ·tanh(wᵀκ + b).
  func applyPlanarLayer(w: UnsafeMutablePointer<S>, uTilde: UnsafeMutablePointer<S>, b: S, step: Int) {
    S.fill(samples, b, sum.pointer)
    for k in 0..<sticks {
      S.affine(samples, scale: w[k * step], offset: 0, kappa.pointer + k * samples, scaled.pointer)
      S.apply(.add, samples, sum.pointer, 1, scaled.pointer, 1, sum.pointer)
    }
    S.apply(.tanh, samples, sum.pointer, sum.pointer)
    for k in 0..<sticks {
      let own = kappa.pointer + k * samples
      S.affine(samples, scale: uTilde[k * step], offset: 0, sum.pointer, scaled.pointer)
      S.apply(.add, samples, own, 1, scaled.pointer, 1, own)
    }
  }

  func compareKappa() {
    begin()
    for k in 0..<sticks {
      S.updateWinners(
        samples, S(k), kappa.pointer + k * samples, best: best.pointer, winners: winners.pointer)
    }
  }

  /// Breaks the stick piece by piece, until no rest is larger than the best piece so far.
  func breakSticks(
    mu: UnsafeMutablePointer<S>, sigma: UnsafeMutablePointer<S>, step: Int, noise: UnsafeMutablePointer<S>,
    count: Int
  ) {
    begin()
    S.fill(samples, 1, rest.pointer)
    for k in 0..<count {
      S.affine(samples, scale: sigma[k * step], offset: mu[k * step], noise + k * samples, scaled.pointer)
      S.apply(.sigmoid, samples, scaled.pointer, scaled.pointer)
      S.apply(.multiply, samples, scaled.pointer, 1, rest.pointer, 1, scaled.pointer)
      S.updateWinners(samples, S(k), scaled.pointer, best: best.pointer, winners: winners.pointer)
      S.apply(.subtract, samples, rest.pointer, 1, scaled.pointer, 1, rest.pointer)
      if k % 4 == 3 {
        S.apply(.subtract, samples, rest.pointer, 1, best.pointer, 1, scaled.pointer)
        if S.maximum(samples, scaled.pointer) < 0 { return }
      }
    }
  }

  func count(into frequencies: UnsafeMutablePointer<S>, step: Int) {
    for k in 0...sticks { frequencies[k * step] = 0 }
    let share = 1 / S(samples)
    S.tally(samples, winners.pointer, into: frequencies, step: step)
    for k in 0...sticks { frequencies[k * step] *= share }
  }
}

extension Node {
  /// How often each category wins among samples of IGR-Planar; a constant for the derivative.
  ///
  /// - Parameters:
  ///   - mu: [B, K − 1, 1, V].
  ///   - sigma: [B, K − 1, 1, V].
  ///   - noise: standard normal [V, K − 1, S].
  ///   - layers: w and ũ [K − 1, V] and b [V] of each planar layer.
  /// - Returns: [B, K, 1, V].
  public static func categoryFrequencies(
    mu: Node, sigma: Node, noise: Node, layers: [(w: Node, uTilde: Node, b: Node)]
  ) -> Node {
    mu.graph.record(
      CategoryFrequencies(kind: .planar(layers: layers.count)),
      [mu, sigma, noise] + layers.flatMap { [$0.w, $0.uTilde, $0.b] })
  }

  /// How often each category wins among samples of a broken stick; a constant for the derivative.
  ///
  /// - Parameters:
  ///   - mu: [B, K − 1, 1, V].
  ///   - sigma: [B, K − 1, 1, V].
  ///   - noise: standard normal [V, K − 1, S].
  ///   - required: sticks kept, shape []; nil: all.
  /// - Returns: [B, K, 1, V].
  public static func categoryFrequencies(mu: Node, sigma: Node, noise: Node, required: Node?) -> Node {
    mu.graph.record(
      CategoryFrequencies(kind: .sticks(isTruncated: required != nil)),
      [mu, sigma, noise] + (required.map { [$0] } ?? []))
  }
}
