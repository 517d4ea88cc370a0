import Differentiation
import Glibc
import Randomness
import Tensors
import TestSupport
import Testing

@testable import VAE

/// The estimators' means over 100,000 draws against the exact gradient, by enumeration of every vertex.
@Suite struct RelaxUnbiasedTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let configuration: RelaxConfiguration
    let samples: Int
    let seed: UInt64
    var testDescription: String { "\(configuration.kind), \(samples) samples, seed \(seed)" }
  }

  static let cases: [Case] = [(samples: 1, seed: UInt64(31)), (2, 32)].flatMap { samples, seed in
    [RelaxConfiguration.Kind.categorical, .bernoulli, .igr].map { kind in
      Case(
        configuration: RelaxConfiguration(
          kind: kind, categories: 3, variables: 2, networks: .tiny(pixels: 4)),
        samples: samples,
        seed: seed)
    }
  }

  /// Many draws for one image: g is the estimate with respect to the encoder's output, and the exact gradient of
  /// E f(b) = Σ Q(b)·f(b) is Σ Q(b)·[f(b) + 1]·∇log Q(b), for f itself holds log Q(b).
  @Test(arguments: cases) func meanOverDrawsIsTheExactGradient(_ test: Case) throws {
    let (batch, runs) = (10_000, 10)
    let graph = RelaxGraph(test.configuration, batch: batch, samples: test.samples)
    let outputs = graph.encoded.shape[1]
    let loss = graph.logPosterior - graph.logPrior - graph.logLikelihood
    // For one sample: row i of the sum's gradient is that of its own vertex.
    let vertexSlope = graph.graph.gradients(
      of: graph.logPosterior.slice(axis: 1, 0..<1), withRespectTo: [graph.encoded])[0]
    let program = Program<Double>(
      outputs: [
        graph.estimate, graph.reinforce, graph.sample, graph.logPosterior, loss, vertexSlope, graph.images,
      ]
        + graph.noises.map(\.node) + graph.parameters)

    let single = RelaxGraph(test.configuration, batch: 1, samples: test.samples)
    let given = RelaxGradientTests.inputs(of: single, test.configuration, seed: test.seed)
    let image = given[0].values
    program.set(graph.images, (0..<batch).flatMap { _ in image })
    for (node, values) in zip(graph.parameters, given.suffix(graph.parameters.count)) {
      program.set(node, values.values)
    }
    var generator = SplitMix64(seed: test.seed + 1000)
    var moments = (0..<outputs).map { _ in Moments() }
    var scoreMoments = moments
    var vertices: [Int: (logQ: Double, loss: Double, slope: [Double])] = [:]
    for _ in 0..<runs {
      for noise in graph.noises {
        program.set(noise.node, generator.draws(noise.node.shape.count, noise.law))
      }
      program.run()
      let (g, score) = (program.values(of: graph.estimate), program.values(of: graph.reinforce))
      let b = program.values(of: graph.sample)
      let stride = graph.sample.shape.count / batch
      for row in 0..<batch {
        for index in 0..<outputs {
          moments[index].add(g[row * outputs + index])
          scoreMoments[index].add(score[row * outputs + index])
        }
        // The first sample of the row, as binary digits: S is the third of the axes [B, K, S, V].
        var vertex = 0
        for index in 0..<stride where index / test.configuration.variables % test.samples == 0 {
          vertex = 2 * vertex + Int(b[row * stride + index])
        }
        guard vertices[vertex] == nil else { continue }
        vertices[vertex] = (
          program.values(of: graph.logPosterior)[row * test.samples],
          program.values(of: loss)[row * test.samples],
          (0..<outputs).map { program.values(of: vertexSlope)[row * outputs + $0] }
        )
      }
    }
    let total = vertices.values.reduce(0) { $0 + exp($1.logQ) }
    #expect(abs(total - 1) < 1e-6, "\(vertices.count) vertices hold \(total) of the probability")
    for index in 0..<outputs {
      let exact = vertices.values.reduce(0) { $0 + exp($1.logQ) * ($1.loss + 1) * $1.slope[index] }
      for (name, moments) in [("controlled", moments[index]), ("score function", scoreMoments[index])] {
        #expect(
          abs(moments.mean - exact) < 4 * moments.standardError,
          "\(name) \(index): \(moments.mean) ± \(moments.standardError), exactly \(exact)")
      }
    }
  }
}
