import Differentiation
import Tensors

/// One step on the toy problem of `ToyConfiguration`: independent draws of the same few bits, each with its own
/// estimate of the gradient, whose mean the optimiser follows and whose sample variance is measured.
public final class ToyGraph: TrainingGraph {
  public let graph: Graph
  /// Logistic noise for b and, except for REINFORCE, for the draw conditional on b; [draws, 1, 1, V].
  public let noises: [NoiseInput]
  /// Logits [V], then the control variate's arrays; as `ToyGraph.parameters(of:)`.
  public let parameters: [Node]
  /// The mean estimate [V], then the gradient of the mean over draws of Σ g²; one for each of `parameters`.
  public let gradients: [Node]
  /// E Σ(b − t)² in closed form, Σ θ(1 − t)² + (1 − θ)t²; shape [].
  public let loss: Node
  public var terms: [(name: String, node: Node)] { [("expected loss", loss), ("variance", variance)] }
  /// θ = P(b = 1), [V].
  public let probabilities: Node
  /// Estimates of the gradient, [draws, V].
  public let estimates: Node
  /// Sample variance of the estimates, mean over V; shape [].
  public let variance: Node
  /// Its logarithm, as Grathwohl 2018, figure 1, draws it; shape [].
  public let logVariance: Node

  /// - Parameter draws: at least 2.
  public init(_ configuration: ToyConfiguration, draws: Int) {
    precondition(draws >= 2, "the variance of \(draws) draws is not defined")
    let graph = Graph()
    let bits = configuration.targets.count
    let shape: Shape = [draws, 1, 1, bits]
    let targets = graph.constant(configuration.targets, [1, 1, 1, bits])
    parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }
    noises = (configuration.estimator == .reinforce ? 0..<1 : 0..<2).map { _ in
      NoiseInput(node: graph.input(shape), law: .logistic)
    }
    // Each draw has logits of its own, so that each has a gradient of its own. They must be written out: operands
    // that are merely broadcast have one gradient for all draws.
    let logits = parameters[0].reshaped([1, 1, 1, bits]) + graph.constant(0, shape)
    func f(_ y: Node) -> Node { (y - targets).squared().sum(3).reshaped([draws, 1]) }

    let z = logits + noises[0].node
    let b = z.step()
    let logProbability = -((1 - 2 * b) * logits).softplus().sum(3).reshaped([draws, 1])
    let controlNodes = parameters[1...]
    let trained: [Node]
    switch configuration.estimator {
    case .reinforce:
      let score = graph.gradients(of: logProbability, cotangent: f(b), withRespectTo: [logits])[0]
      estimates = score.reshaped([draws, bits])
      trained = []
    case .rebar, .relax:
      let variate = Self.control(of: configuration)
      func c(_ z: Node) -> Node {
        let s = variate.relaxed(z, logTemperature: controlNodes[controlNodes.endIndex - 1])
        guard configuration.estimator == .relax else { return controlNodes[1].reshaped([1, 1]) * f(s) }
        return f(s) + variate.network(s, controlNodes.dropLast())
      }
      let estimator = RelaxEstimator(
        loss: f(b), logProbability: logProbability, control: c(z),
        conditionalControl: c(conditionalLogistic(bits: b, logit: logits, logistic: noises[1].node)),
        directTerms: graph.constant(0, [draws, 1]), withRespectTo: logits)
      estimates = estimator.estimate.reshaped([draws, bits])
      trained = graph.gradients(of: estimator.varianceObjective, withRespectTo: Array(controlNodes))
    }
    let mean = estimates.mean(0)
    gradients = [mean.reshaped([bits])] + trained
    variance = ((estimates - mean).squared().sum(0) / Double(draws - 1)).mean(1).reshaped([])
    logVariance = variance.atLeast(1e-30).log()

    let theta = parameters[0].sigmoid()
    let (ifOne, ifZero) = (
      configuration.targets.map { (1 - $0) * (1 - $0) }, configuration.targets.map { $0 * $0 }
    )
    let slopes = graph.constant(zip(ifOne, ifZero).map { $0 - $1 }, [bits])
    loss = (theta * slopes).sum(0).reshaped([]) + ifZero.reduce(0, +)
    probabilities = theta
    self.graph = graph
  }

  /// `latent/log_alpha`, then the arrays of the control variate.
  public static func parameters(of configuration: ToyConfiguration) -> [Parameter] {
    let logits = Parameter(
      name: "latent/log_alpha", axes: ["variable"], shape: [configuration.targets.count], start: .zero)
    let control = control(of: configuration)
    return switch configuration.estimator {
    case .reinforce: [logits]
    case .rebar: [logits, control.scaleParameter, control.temperatureParameter]
    case .relax: [logits] + control.parameters
    }
  }

  private static func control(of configuration: ToyConfiguration) -> ControlVariate {
    ControlVariate(kind: .bernoulli, categories: 1, variables: configuration.targets.count)
  }
}
