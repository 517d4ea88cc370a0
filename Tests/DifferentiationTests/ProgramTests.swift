import Differentiation
import Tensors
import TestSupport
import Testing

/// Planned memory must change no value, however much of it is shared.
@Suite struct ProgramTests {
  /// A random graph of elementwise, reducing and aliasing operations; every node is an output of one program, and
  /// only the last one of another, whose memory is reused as much as the plan allows.
  @Test(arguments: 0..<200) func reusedMemoryGivesTheSameValues(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let graph = Graph()
    let x = graph.input([4, 6])
    let w = graph.input([1, 6])
    var nodes = [x, x + w]
    for _ in 0..<Int(generator.uniform(5, 40)) {
      let a = nodes[Int(generator.next() % UInt64(nodes.count))]
      let b = nodes[Int(generator.next() % UInt64(nodes.count))]
      let node: Node =
        switch generator.next() % 11 {
        case 0: a + b
        case 1: a * b.tanh()
        case 2: a.sigmoid()
        case 3: (a - b).relu()
        case 4: a.tanh().reshaped([6, 4]).transposed([1, 0])
        case 5: a.mean(0) + b
        case 6: a.logSoftmax(1)
        case 7: a.reshaped([2, 2, 6]).logSumExp(1).reshaped([2, 6]).padded(axis: 0, before: 1, after: 1) * b
        // An input and a constant made late must not share memory with what ran before them.
        case 8: a * Node.maximum(graph.constant(1.5, [1, 6]), graph.input([1, 6]))
        // Two nodes of one pass.
        case 9: a.logLikelihoodAndSigmoids(of: b)
        default: 0.5 * a - 1
        }
      nodes.append(node)
    }
    let last = nodes[nodes.count - 1]
    let roomy = Program<Double>(outputs: nodes + [w])
    let tight = Program<Double>(outputs: [last, x, w])
    let values = (0..<24).map { _ in generator.uniform(-1, 1) }
    let weights = (0..<6).map { _ in generator.uniform(-1, 1) }
    for program in [roomy, tight] {
      program.set(x, values)
      program.set(w, weights)
      program.run()
    }
    let first = Array(tight.values(of: last))
    #expect(first.allSatisfy { $0.isFinite })
    #expect(first == Array(roomy.values(of: last)), "seed \(seed)")
    tight.run()
    #expect(Array(tight.values(of: last)) == first, "a second run, seed \(seed)")
    #expect(tight.arenaByteCount <= roomy.arenaByteCount)
  }

  /// Two likelihoods of the same logits; computed images that nobody needs any more, beside logits that are kept. What a pass
  /// reads to its end may not be written over.
  @Test func sigmoidsLieOnNothingThatTheirPassReads() {
    for (batch, samples) in [(8, 2), (8, 4), (32, 4), (512, 3)] {
      let graph = Graph()
      let (u, logits) = (graph.input([batch, 1, 24]), graph.input([batch, samples, 24]))
      // Memory that is free again when the images are dead.
      let (a, b) = ((u * u).exp(), (u + 1).squared())
      let early = (a * b).sum(2)
      let rows = logits.tanh()
      let first = Node.bernoulliLogLikelihood((u + early).tanh(), logits: logits)
      let second = Node.bernoulliLogLikelihood(u.exp(), logits: rows)
      let third = Node.bernoulliLogLikelihood((-u).exp(), logits: rows)
      let (sigmoids, others) = (logits.sigmoid(), rows.sigmoid())
      let results = [first, second, third, sigmoids * first, others * third]
      let tight = Program<Float>(outputs: results)
      let roomy = Program<Float>(
        outputs: results + [
          a, b, early, rows, (u + early).tanh(), u.exp(), (-u).exp(), sigmoids, others, logits, u,
        ])
      for program in [tight, roomy] {
        program.set(u, (0..<batch * 24).map { Float($0 % 37) / 37 - 0.5 })
        program.set(logits, (0..<batch * samples * 24).map { Float($0 % 101) / 20 - 2.5 })
        program.run()
      }
      for (index, node) in results.enumerated() {
        #expect(
          Array(tight.values(of: node)) == Array(roomy.values(of: node)),
          "result \(index), \(batch) images, \(samples) samples")
      }
    }
  }

  /// In both orders of their making.
  @Test func aLikelihoodAndItsSigmoidsAreOnePass() {
    for comesFirst in [true, false] {
      let graph = Graph()
      let (x, logits) = (graph.input([2, 1, 5]), graph.input([2, 3, 5]))
      let sigmoids = comesFirst ? nil : logits.sigmoid()
      let likelihoods = Node.bernoulliLogLikelihood(x, logits: logits)
      let joint = Program<Float>(outputs: [likelihoods, sigmoids ?? logits.sigmoid()])
      let (alone, other) = (
        Program<Float>(outputs: [likelihoods]), Program<Float>(outputs: [logits.sigmoid()])
      )
      #expect(joint.stepCount == (comesFirst ? 1 : 2))
      for program in [joint, alone] { program.set(x, (0..<10).map { Float($0 % 2) }) }
      for program in [joint, alone, other] {
        program.set(logits, (0..<30).map { Float($0 - 15) / 3 })
        program.run()
      }
      #expect(Array(joint.values(of: likelihoods)) == Array(alone.values(of: likelihoods)))
      #expect(Array(joint.values(of: logits.sigmoid())) == Array(other.values(of: logits.sigmoid())))
    }
  }

  @Test func equalNodesAreShared() {
    let graph = Graph()
    let x = graph.input([3])
    #expect(x.exp() == x.exp())
    #expect(graph.input([3]) != x)
  }

  @Test func parametersAndGradientsLieInMemoryFromOutside() {
    let graph = Graph()
    let x = graph.input([2])
    let y = x.squared().total
    let gradient = graph.gradients(of: y, withRespectTo: [x])[0]
    let memory = Storage<Float>(count: 4)
    memory.values = [3, -1, 0, 0]
    let program = Program<Float>(
      outputs: [y, gradient],
      external: [x: .init(memory, offset: 0, count: 2), gradient: .init(memory, offset: 2, count: 2)])
    program.run()
    #expect(memory.values == [3, -1, 6, -2])
    memory.values = [1, 1, 0, 0]
    program.run()
    #expect(memory.values == [1, 1, 2, 2])
  }
}

extension Node {
  fileprivate func logLikelihoodAndSigmoids(of logits: Node) -> Node {
    let rows = logits.reshaped([4, 1, 6])
    return Node.bernoulliLogLikelihood(reshaped([4, 1, 6]), logits: rows).reshaped([4, 1]).tanh()
      * rows.sigmoid().reshaped([4, 6])
  }
}
