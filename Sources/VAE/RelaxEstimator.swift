import Differentiation
import Tensors

/// Unbiased estimates of the gradient of E f(b), one for each row of a batch, and the objective that trains their
/// control variate (Grathwohl 2018; engine specification part 5). Estimates of several samples are averaged.
struct RelaxEstimator {
  /// RELAX: (f(b) − c(z̃))·∇log q(b) + ∇c(z) − ∇c(z̃) + ∇direct; or LAX, without z̃. Shape of the parameters.
  let estimate: Node
  /// The score function's estimate f(b)·∇log q(b) + ∇direct, without control.
  let reinforce: Node
  /// Mean over B of Σ g²; its gradient with respect to the control variate's parameters is that of the variance,
  /// because the mean of g does not depend on them. Shape [].
  let varianceObjective: Node

  /// - Parameters:
  ///   - loss: f(b) [B, S].
  ///   - logProbability: what the score function differentiates, [B, S]: log q(b), or log q(z) at fixed z for LAX.
  ///   - control: c at z [B, S].
  ///   - conditionalControl: c at z̃ [B, S]. Without it the estimator is LAX: then c at z takes its place in the
  ///     first term, and `control` must depend on the parameters through z alone, for nothing cancels the rest.
  ///   - directTerms: parts of f(b) that depend on the parameters at fixed b, [B, S] or [B, 1].
  ///   - parameters: with respect to which node, [B, …]; row i of everything above depends on its row i alone.
  init(
    loss: Node, logProbability: Node, control: Node, conditionalControl: Node?, directTerms: Node,
    withRespectTo parameters: Node
  ) {
    let graph = loss.graph
    func gradient(_ y: Node, _ cotangent: Node) -> Node {
      graph.gradients(of: y, cotangent: cotangent, withRespectTo: [parameters])[0]
    }
    func mean(_ y: Node) -> Node { graph.constant(1 / Double(y.shape[1]), y.shape) }
    let samples = Double(loss.shape[1])
    let direct = gradient(directTerms, mean(directTerms))
    let difference = conditionalControl.map { control - $0 } ?? control
    let score = gradient(logProbability, (loss - (conditionalControl ?? control)) / samples)
    estimate = score + gradient(difference, mean(difference)) + direct
    reinforce = gradient(logProbability, loss / samples) + direct
    let rows = parameters.shape[0]
    let squares = estimate.reshaped([rows, parameters.shape.count / rows]).squared()
    varianceObjective = squares.sum(1).mean(0).reshaped([])
  }
}
