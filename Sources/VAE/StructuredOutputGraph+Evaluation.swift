import Differentiation

extension StructuredOutputConfiguration: Model {
  public var parameters: [Parameter] { StructuredOutputGraph.parameters(of: self) }

  public func trainingGraph(batch: Int, samples: Int) -> any ImageTrainingGraph {
    StructuredOutputGraph(self, batch: batch, samples: samples)
  }

  /// - Parameter atVertex: hand rounded samples on.
  public func evaluationGraph(batch: Int, samples: Int, atVertex: Bool) -> any EvaluationGraph {
    StructuredOutputGraph(self, batch: batch, samples: samples, rounded: atVertex)
  }
}

extension StructuredOutputGraph: EvaluationGraph {
  /// There is no divergence: log p(x_low|z) [B, S].
  public var elbo: Node { logLikelihood }
  public var logWeights: Node { logLikelihood }
  public var elboOfDiscrete: Node? { nil }
  public var publishedLogWeights: Node? { nil }
  /// The upper half as it was given, the lower half as it is predicted.
  public var reconstruction: Node {
    let (batch, samples, lower) = (logits.shape[0], logits.shape[1], logits.shape[2])
    let upper = images.slice(axis: 1, 0..<images.shape[1] - lower).reshaped([
      batch, 1, images.shape[1] - lower,
    ])
    return Node.concatenated(
      [upper.repeated(to: [batch, samples, upper.shape[2]]), logits.sigmoid()], axis: 2)
  }
  public var required: Node? { nil }
  public var unmetThreshold: Node? { nil }
  public var relaxedSample: Node? { nil }
}
