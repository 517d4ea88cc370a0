import Differentiation
import TestSupport

extension GoldenCase {
  /// Fails on a key that a test does not know, so that no number of a file goes unchecked.
  func requireKeys(within known: Set<String>) throws {
    let unknown = keys.subtracting(known)
    guard unknown.isEmpty else { throw GoldenError(message: "\(self): \(unknown.sorted()) not understood") }
  }
}

extension GoldenEvaluation {
  /// Makes and sets one input for each array of `part`.
  mutating func inputs(of part: GoldenCase, in graph: Graph) throws -> [String: Node] {
    var nodes: [String: Node] = [:]
    for name in part.keys.sorted() {
      let node = graph.input(like: try part.array(name))
      set(node, try part.array(name))
      nodes[name] = node
    }
    return nodes
  }

  /// Expects every array of `part`, each from the node of its name.
  mutating func expectAll(_ part: GoldenCase, _ nodes: [String: Node], prefix: String = "") throws {
    try part.requireKeys(within: Set(nodes.keys))
    for name in part.keys.sorted() {
      guard let node = nodes[name] else { continue }
      expect(prefix + name, node, try part.array(name))
    }
  }

  /// Expects the gradients of Σ y·cotangent, y the outputs that `cotangent` names, with respect to inputs.
  mutating func expectGradients(
    of outputs: [String: Node], cotangent: GoldenCase, inputs: [String: Node], _ want: GoldenCase
  ) throws {
    try cotangent.requireKeys(within: Set(outputs.keys))
    try want.requireKeys(within: Set(inputs.keys))
    let names = want.keys.sorted()
    let sources = names.compactMap { inputs[$0] }
    var totals: [Node] = []
    for name in cotangent.keys.sorted() {
      guard let y = outputs[name] else { continue }
      let weights = y.graph.input(y.shape)
      set(weights, try cotangent.array(name))
      let parts = y.graph.gradients(of: y, cotangent: weights, withRespectTo: sources)
      totals = totals.isEmpty ? parts : zip(totals, parts).map { $0 + $1 }
    }
    for (name, node) in zip(names, totals) { expect("vjp \(name)", node, try want.array(name)) }
  }
}
