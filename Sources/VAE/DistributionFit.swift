import Differentiation
import Glibc
import Randomness

/// What is fitted in an experiment without a network: the parameters of one relaxation, to a distribution of its
/// categories (engine specification part 11).
public struct DistributionFitConfiguration: Hashable, Sendable {
  public enum Loss: Hashable, Sendable {
    /// KL of the mean of ψ against the target; the target needs mass on every category.
    case divergence
    /// Sum of squared differences.
    case squaredDistance
  }

  public var relaxation: VAEConfiguration.Relaxation
  public var temperature: Double
  /// Categories K; for IGR-SB the maximum.
  public var categories: Int
  /// Variables V, each fitted to the same target.
  public var variables: Int
  /// log of the target's mass on each of the K categories.
  public var logTarget: [Double]
  public var loss: Loss

  /// - Parameter logTarget: one number per category; mass beyond the last one is what the relaxation cannot reach.
  public init(
    relaxation: VAEConfiguration.Relaxation, temperature: Double, categories: Int, variables: Int,
    logTarget: [Double], loss: Loss
  ) {
    precondition(logTarget.count == categories, "one mass per category")
    self.relaxation = relaxation
    self.temperature = temperature
    self.categories = categories
    self.variables = variables
    self.logTarget = logTarget
    self.loss = loss
  }

  /// `latent/log_alpha`, or `latent/mu` and `latent/xi`, [category or stick, variable]; then the planar flow. All but
  /// the flow and the means of sticks start at 0. Those start at equal pieces: from 0 a stick is used up after a few
  /// pieces, the truncation drops the others, and no gradient ever reaches them.
  public var parameters: [Parameter] {
    func array(_ name: String, _ axis: String, _ start: Parameter.Start) -> Parameter {
      Parameter(name: name, axes: [axis, "variable"], shape: [rows, variables], start: start)
    }
    let own: [Parameter]
    switch relaxation {
    case .gumbelSoftmax: own = [array("latent/log_alpha", "category", .zero)]
    case .none, .igrI, .igrPlanar:
      own = [array("latent/mu", "stick", .zero), array("latent/xi", "stick", .zero)]
    case .igrSBFinite, .igrSB:
      own = [array("latent/mu", "stick", .equalPieces), array("latent/xi", "stick", .zero)]
    }
    return own
      + (relaxation == .igrPlanar ? PlanarFlow.parameters(sticks: rows, variables: variables) : [])
  }

  var rows: Int { relaxation == .gumbelSoftmax ? categories : categories - 1 }

  var model: VAEConfiguration {
    // Neither image nor network is looked at.
    VAEConfiguration(
      relaxation: relaxation, temperature: temperature, categories: categories, variables: variables,
      networks: ImageNetworks(image: ImageShape(height: 1, width: 1, channels: 1), architecture: .dense))
  }
}

/// The graph of one step of a fit: samples of ψ, their mean and its distance to the target.
public final class DistributionFitGraph: TrainingGraph {
  public let graph: Graph
  public let noises: [NoiseInput]
  public let parameters: [Node]
  public let loss: Node
  public var terms: [(name: String, node: Node)] { [("distance to the target", loss)] }
  public var gradients: [Node] { graph.gradients(of: loss, withRespectTo: parameters) }

  /// Mean of ψ over the samples [1, K, 1, V].
  public let mean: Node
  /// ψ [1, K, S, V].
  public let psi: Node
  /// ‖ψ − one_hot(ψ)‖ of each sample and variable [1, 1, S, V].
  public var vertexDistances: Node { psi.distanceToVertex }
  /// Sticks kept; shape []. Nil where nothing is truncated.
  public let required: Node?

  /// - Parameter samples: S, from which the mean is taken.
  public init(_ configuration: DistributionFitConfiguration, samples: Int) {
    let graph = Graph()
    self.graph = graph
    parameters = configuration.parameters.map { graph.input($0.shape) }
    let own = configuration.relaxation == .gumbelSoftmax ? 1 : 2
    let posterior = parameters.prefix(own).map {
      $0.reshaped([1, configuration.rows, 1, configuration.variables])
    }
    let flow = parameters.count > own ? PlanarFlow(parameters[own...]) : nil
    let part = DiscretePart(configuration.model, posterior: posterior, flow: flow, samples: samples)
    noises = [part.noise]
    required = part.required
    psi = part.logPsi.exp()
    mean = psi.mean(2)
    let logTarget = graph.constant(configuration.logTarget, [1, configuration.categories, 1, 1])
    let distance =
      switch configuration.loss {
      case .divergence: mean * (mean.logOfProbability() - logTarget)
      case .squaredDistance: (mean - logTarget.exp()).squared()
      }
    loss = distance.sum(1).mean(3).reshaped([])
  }
}

/// The targets of engine specification part 11, on the categories 0, 1, … K − 1.
public enum TargetDistribution: Sendable {
  /// 1/K each.
  case uniform
  /// Half of the mass spread over the first third of the categories, half over the last third, with a thousandth of
  /// the whole over all, so that every category has mass.
  case uniformMixture
  /// 10, 1, 5, 1, 10, 10, 1, 6, 1, 1, normalised; nothing beyond ten categories.
  case discrete
  /// 12 trials of probability 0.3.
  case binomial
  /// Mean 50.
  case poisson
  /// Failures before the first success of probability 0.4.
  case geometric
  /// Failures before the 50th success of probability 0.6.
  case negativeBinomial

  /// log of the mass on each category; where a distribution ends before the last one, `floor` is given instead of
  /// minus infinity, so that a KL against it stays finite.
  public func logMasses(_ categories: Int) -> [Double] {
    let masses = (0..<categories).map { k -> Double in
      let x = Double(k)
      switch self {
      case .uniform: return -log(Double(categories))
      case .uniformMixture:
        let third = max(1, categories / 3)
        let isInside = k < third || k >= categories - third
        return log(0.001 / Double(categories) + (isInside ? 0.999 / Double(2 * third) : 0))
      case .discrete:
        let weights = [10.0, 1, 5, 1, 10, 10, 1, 6, 1, 1]
        return k < weights.count ? log(weights[k] / weights.reduce(0, +)) : -.infinity
      case .binomial:
        guard k <= 12 else { return -.infinity }
        return lgamma(13) - lgamma(x + 1) - lgamma(13 - x) + x * log(0.3) + (12 - x) * log(0.7)
      case .poisson: return x * log(50) - 50 - lgamma(x + 1)
      case .geometric: return log(0.4) + x * log(0.6)
      case .negativeBinomial:
        return lgamma(x + 50) - lgamma(x + 1) - lgamma(50) + 50 * log(0.6) + x * log(0.4)
      }
    }
    return masses.map { max($0, Self.floor) }
  }

  /// log 1e-30: the mass of a category that the target never gives.
  private static let floor = -69.0
}
