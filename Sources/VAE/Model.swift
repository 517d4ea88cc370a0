/// A model as training and measuring see it: its arrays, and graphs for any batch size.
public protocol Model: Sendable {
  /// The trained arrays, in the order of every graph's `parameters`.
  var parameters: [Parameter] { get }

  /// - Parameters:
  ///   - batch: images per step, B.
  ///   - samples: S per image.
  func trainingGraph(batch: Int, samples: Int) -> any ImageTrainingGraph

  /// - Parameter atVertex: decode vertices instead of relaxed samples; models without a relaxation always do.
  func evaluationGraph(batch: Int, samples: Int, atVertex: Bool) -> any EvaluationGraph
}

extension VAEConfiguration: Model {
  public func trainingGraph(batch: Int, samples: Int) -> any ImageTrainingGraph {
    VAEGraph(self, batch: batch, samples: samples)
  }

  public func evaluationGraph(batch: Int, samples: Int, atVertex: Bool) -> any EvaluationGraph {
    VAEGraph(self, batch: batch, samples: samples, atVertex: atVertex)
  }
}
