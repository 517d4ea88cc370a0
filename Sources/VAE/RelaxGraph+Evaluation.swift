import Differentiation
import Glibc

extension RelaxConfiguration: Model {
  public var parameters: [Parameter] { RelaxGraph.parameters(of: self) }

  public func trainingGraph(batch: Int, samples: Int) -> any ImageTrainingGraph {
    RelaxGraph(self, batch: batch, samples: samples)
  }

  /// Samples are vertices in training too.
  public func evaluationGraph(batch: Int, samples: Int, atVertex: Bool) -> any EvaluationGraph {
    RelaxGraph(self, batch: batch, samples: samples)
  }
}

extension RelaxGraph: EvaluationGraph {
  public var discreteGradients: [Node] { [estimate] }

  public var elbo: Node { logWeights }
  public var logWeights: Node { logLikelihood + logPrior - logPosterior }
  public var elboOfDiscrete: Node? { logLikelihood - divergenceFromUniform }
  public var publishedLogWeights: Node? { elboOfDiscrete }
  public var required: Node? { nil }
  public var unmetThreshold: Node? { nil }
  public var relaxedSample: Node? { nil }

  /// KL of the discrete variables against uniform [B, 1].
  private var divergenceFromUniform: Node {
    let blocks = encoded.posteriorBlocks(configuration.posteriorBlocks)
    switch configuration.kind {
    case .categorical: return categoricalDivergence(logAlpha: blocks[0])
    case .bernoulli:
      // Σ θ·log θ + (1 − θ)·log(1 − θ) + log 2 of every bit, log θ = l − softplus(l).
      let softplus = blocks[0].softplus()
      let entropies = blocks[0].sigmoid() * blocks[0] - softplus
      return entropies.sum(1, 3).asBatchBySample
        + Double(configuration.categories * configuration.variables) * log(2)
    case .igr:
      return discreteDivergence(
        probabilities: .categoryProbabilities(
          mu: blocks[0].tanh(), sigma: 0.5 * blocks[1].sigmoid() + 0.5))
    }
  }
}
