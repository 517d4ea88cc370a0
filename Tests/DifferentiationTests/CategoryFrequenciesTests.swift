import Differentiation
import TestSupport
import Testing

/// Counting winners in place against the same samples through plain operations.
@Suite struct CategoryFrequenciesTests {
  private static let (batch, sticks, samples, variables) = (3, 5, 400, 2)

  /// Inputs with the noise in both layouts: [V, K − 1, S] and [1, K − 1, S, V].
  private struct Stage {
    let graph = Graph()
    let mu: Node
    let sigma: Node
    let noise: Node
    let kappa: Node
    private var numbers = SplitMix64(seed: 11)
    private var values: [(Node, [Double])] = []

    init() {
      let (batch, sticks, samples, variables) = (
        CategoryFrequenciesTests.batch, CategoryFrequenciesTests.sticks, CategoryFrequenciesTests.samples,
        CategoryFrequenciesTests.variables
      )
      mu = graph.input([batch, sticks, 1, variables])
      sigma = graph.input([batch, sticks, 1, variables])
      noise = graph.input([variables, sticks, samples])
      let reordered = noise.transposed([1, 2, 0]).reshaped([1, sticks, samples, variables])
      kappa = mu + sigma * reordered
      draw(mu, -2...2)
      draw(sigma, 0.2...2)
      draw(noise, -3...3)
    }

    mutating func draw(_ node: Node, _ range: ClosedRange<Double>) {
      values.append((node, (0..<node.shape.count).map { _ in Double.random(in: range, using: &numbers) }))
    }

    mutating func input(_ shape: [Int], _ range: ClosedRange<Double>) -> Node {
      let node = graph.input(.init(shape))
      draw(node, range)
      return node
    }

    /// Both counts of each category in Float64.
    func counts(_ counted: Node, against logits: Node) -> (counted: [Double], plain: [Double]) {
      let plain = logits.padded(axis: 1, before: 0, after: 1).oneHot(1).mean(2)
      let program = Program<Double>(outputs: [counted, plain] + values.map(\.0))
      for (node, numbers) in values { program.set(node, numbers) }
      program.run()
      return (Array(program.values(of: counted)), Array(program.values(of: plain)))
    }
  }

  private func expectEqual(_ pair: (counted: [Double], plain: [Double])) {
    #expect(pair.counted.count == pair.plain.count)
    for (counted, plain) in zip(pair.counted, pair.plain) { #expect(abs(counted - plain) < 1e-12) }
    #expect(Set(pair.counted).count > 5, "a count that could not fail")
  }

  @Test func planarFlow() {
    var stage = Stage()
    var kappa = stage.kappa
    let shape = [Self.sticks, Self.variables]
    let layers = (0..<2).map { _ in
      (stage.input(shape, -1...1), stage.input(shape, -1...1), stage.input([Self.variables], -1...1))
    }
    for (w, u, b) in layers {
      let wide = [1, Self.sticks, 1, Self.variables]
      let a = (w.reshaped(.init(wide)) * kappa).sum(1) + b.reshaped([1, 1, 1, Self.variables])
      kappa = kappa + u.reshaped(.init(wide)) * a.tanh()
    }
    let counted = Node.categoryFrequencies(
      mu: stage.mu, sigma: stage.sigma, noise: stage.noise, layers: layers.map { ($0.0, $0.1, $0.2) })
    expectEqual(stage.counts(counted, against: kappa))
  }

  @Test func brokenSticks() {
    let stage = Stage()
    let counted = Node.categoryFrequencies(
      mu: stage.mu, sigma: stage.sigma, noise: stage.noise, required: nil)
    let pieces = Node.stickBreaking(stage.kappa.sigmoid()).slice(axis: 1, 0..<Self.sticks)
    expectEqual(stage.counts(counted, against: pieces))
  }

  @Test func keptSticksAlone() {
    let stage = Stage()
    let required = stage.graph.constant(2, [])
    let counted = Node.categoryFrequencies(
      mu: stage.mu, sigma: stage.sigma, noise: stage.noise, required: required)
    let kept = Node.prefixMask(required, length: Self.sticks)
    let pieces = Node.stickBreaking(stage.kappa.sigmoid()).slice(axis: 1, 0..<Self.sticks) * kept
    expectEqual(stage.counts(counted, against: pieces))
  }
}
