import Differentiation
import Randomness

/// The graph of one training step of a deep latent Gaussian mixture model (Nalisnick 2016; engine specification
/// part 6). Axes are [batch, component, sample, dimension] = [B, K, S, V].
public final class MixtureGraph: ImageTrainingGraph {
  public let configuration: MixtureConfiguration
  public let graph: Graph
  /// Images [B, D].
  public let images: Node
  /// The sticks' noise [B, K − 1, S, 1], then the points' [B, K, S, V].
  public let noises: [NoiseInput]
  /// Trained arrays, in the order of `parameters(of:)`.
  public let parameters: [Node]
  public let gradients: [Node]

  /// Encoder's output: mean and log variance [B, K, 1, V], then log a and log b, or μ and ξ, [B, K − 1, 1, 1].
  public let posterior: [Node]
  public let sample: MixtureSample
  public let objective: MixtureObjective
  /// What the decoder gives for every component and sample after its final activation, [B, K·S, D] or [B, K·S, 2·D].
  public let decoderOutput: Node
  /// Mean pixel values, components weighed by π; [B, S, D] in [0, 1].
  public let reconstruction: Node
  public let loss: Node
  public let terms: [(name: String, node: Node)]

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  public init(_ configuration: MixtureConfiguration, batch: Int, samples: Int) {
    let (components, dimension) = (configuration.components, configuration.dimension)
    let sticks = components - 1
    let graph = Graph()
    self.configuration = configuration
    self.graph = graph
    images = graph.sparseInput([batch, configuration.networks.pixels])
    noises = [
      NoiseInput(
        node: graph.input([batch, sticks, samples, 1]),
        law: configuration.sticks == .kumaraswamy ? .uniform : .normal),
      NoiseInput(node: graph.input([batch, components, samples, dimension]), law: .normal),
    ]
    parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }

    let encoder = Self.encoder(of: configuration)
    let encoded = encoder(images, parameters[..<encoder.parameters.count])
    posterior = encoded.posteriorBlocks(configuration.posteriorBlocks)
    sample = MixtureSample(
      sticks: configuration.sticks, first: posterior[2], second: posterior[3], noise: noises[0].node,
      mean: posterior[0], logVariance: posterior[1], epsilon: noises[1].node,
      truncation: configuration.truncation)

    let decoder = Self.decoder(of: configuration)
    let decoded = decoder(
      sample.points.reshaped([batch * components * samples, dimension]),
      parameters.suffix(decoder.parameters.count))
    decoderOutput = configuration.networks.activated(decoded)
      .reshaped([batch, components * samples, decoded.shape[1]])
    let (logLikelihood, means) = configuration.networks.logLikelihood(
      images: images, decoderOutput: decoderOutput)
    reconstruction =
      (sample.weights * means.reshaped([batch, components, samples, configuration.networks.pixels]))
      .sum(1).reshaped([batch, samples, configuration.networks.pixels])

    objective = MixtureObjective(
      sample, logLikelihoods: logLikelihood.reshaped([batch, components, samples]),
      logPriors: sample.logPriorOfPoints(
        means: graph.constant(configuration.priorMeans, [1, components, 1, dimension])))
    loss = objective.loss
    terms = [
      ("log q(π)", objective.logPosteriorOfWeights), ("log q(z|π)", objective.logPosteriorOfPoints),
      ("log p(x|z, π)", objective.logLikelihood), ("log p(z|π)", objective.logPriorOfPoints),
    ].map { ($0, $1.mean(0).reshaped([])) }
    gradients = graph.gradients(of: loss, withRespectTo: parameters)
  }

  /// Encoder arrays, then decoder arrays.
  public static func parameters(of configuration: MixtureConfiguration) -> [Parameter] {
    encoder(of: configuration).parameters + decoder(of: configuration).parameters
  }

  static func encoder(of configuration: MixtureConfiguration) -> Network {
    configuration.networks.encoder(heads: configuration.posteriorBlocks.map { $0.rows * $0.variables })
  }

  static func decoder(of configuration: MixtureConfiguration) -> Network {
    configuration.networks.decoder(latent: configuration.dimension)
  }
}
