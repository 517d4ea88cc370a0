import Differentiation

extension MixtureConfiguration: Model {
  public var parameters: [Parameter] { MixtureGraph.parameters(of: self) }

  public func trainingGraph(batch: Int, samples: Int) -> any ImageTrainingGraph {
    MixtureGraph(self, batch: batch, samples: samples)
  }

  /// A mixture's weights are decoded as they are, never as vertices.
  public func evaluationGraph(batch: Int, samples: Int, atVertex: Bool) -> any EvaluationGraph {
    MixtureGraph(self, batch: batch, samples: samples)
  }
}

extension MixtureGraph: EvaluationGraph {
  /// Minus each image's loss [B, 1].
  public var elbo: Node {
    (objective.logLikelihood + objective.logPriorOfPoints - objective.logPosteriorOfWeights
      - objective.logPosteriorOfPoints).reshaped([images.shape[0], 1])
  }
  public var elboOfDiscrete: Node? { nil }
  public var logWeights: Node { objective.logWeights }
  public var publishedLogWeights: Node? { nil }
  public var required: Node? { sample.required }
  public var unmetThreshold: Node? { sample.unmetShare }
  public var relaxedSample: Node? { nil }
}
