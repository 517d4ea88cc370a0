import Differentiation
import Glibc
import Randomness
import Tensors

/// The graph of `Relax_GS_Dis`, `Relax_Ber_Dis` or `Relax_IGR` for one batch size (Grathwohl 2018; engine
/// specification part 5).
///
/// The encoder follows the estimator g of the gradient with respect to its output, the decoder the gradient of f(b),
/// and the control variate the gradient of mean_B Σ g², with f(b) = −log p(x|b) + log Q(b|x) − log P(b).
public final class RelaxGraph: ImageTrainingGraph {
  public let configuration: RelaxConfiguration
  public let graph: Graph
  public let images: Node
  public let noises: [NoiseInput]
  /// Encoder, decoder, control variate; as `RelaxGraph.parameters(of:)`.
  public let parameters: [Node]
  public let gradients: [Node]
  /// Mean of f(b) over batch and samples: minus the ELBO at vertices.
  public let loss: Node
  public let terms: [(name: String, node: Node)]

  /// What the encoder gives: log α or logits [B, K·V], or μ and ξ [B, 2·(K − 1)·V].
  public let encoded: Node
  /// b [B, K, S, V]: one-hot along K, or bits.
  public let sample: Node
  /// Mean pixel values [B, S, D] in [0, 1].
  public let reconstruction: Node
  /// log p(x|b) [B, S].
  public let logLikelihood: Node
  /// log Q(b|x) [B, S].
  public let logPosterior: Node
  /// log P(b) [B, S]: uniform, −V·log K, or −K·V·log 2 for bits.
  public let logPrior: Node
  /// The estimator g of the gradient of E f(b), mean over S, for each image; of `encoded`'s shape.
  public let estimate: Node
  /// The score function's estimate of the same gradient, for comparison.
  public let reinforce: Node
  /// mean_B Σ g²; shape [].
  public let varianceObjective: Node

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  public init(_ configuration: RelaxConfiguration, batch: Int, samples: Int) {
    let graph = Graph()
    let (rows, variables) = (configuration.noiseRows, configuration.variables)
    let images = graph.sparseInput([batch, configuration.networks.pixels])
    let parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }
    let encoder = Self.encoder(of: configuration)
    let decoderCount = Self.decoder(of: configuration).parameters.count
    let encoderNodes = parameters.prefix(encoder.parameters.count)
    let decoderNodes = parameters[encoderNodes.endIndex..<encoderNodes.endIndex + decoderCount]
    let controlNodes = parameters[decoderNodes.endIndex...]

    let encoded = encoder(images, encoderNodes)
    let blocks = encoded.posteriorBlocks(configuration.posteriorBlocks)
    noises = Self.laws(of: configuration.kind).map {
      NoiseInput(node: graph.input([batch, rows, samples, variables]), law: $0)
    }
    let posterior = RelaxPosterior(configuration.kind, encoded: blocks, noises: noises.map(\.node))

    let uniform =
      configuration.kind == .bernoulli
      ? Double(configuration.categories) * log(2) : log(Double(configuration.categories))
    logPrior = graph.constant(-Double(variables) * uniform, [batch, samples])
    let (logPrior, control) = (logPrior, Self.control(of: configuration))
    func decoded(_ y: Node) -> (logLikelihood: Node, mean: Node) {
      Self.logLikelihood(of: images, given: y, decoderNodes, configuration)
    }
    func controlled(_ z: Node) -> Node {
      let s = control.relaxed(z, logTemperature: controlNodes[controlNodes.endIndex - 1])
      let f = posterior.logProbabilityInControl(s) - logPrior - decoded(s).logLikelihood
      return f + control.network(s, controlNodes.dropLast())
    }

    sample = posterior.sample
    (logLikelihood, reconstruction) = decoded(sample)
    logPosterior = posterior.logProbability(sample)
    let divergence = logPosterior - logPrior
    let lossOfSample = divergence - logLikelihood
    let estimator = RelaxEstimator(
      loss: lossOfSample, logProbability: posterior.logScore, control: controlled(posterior.z),
      conditionalControl: posterior.conditional.map(controlled), directTerms: logPosterior,
      withRespectTo: encoded)
    estimate = estimator.estimate
    reinforce = estimator.reinforce
    varianceObjective = estimator.varianceObjective

    let meanLogLikelihood = logLikelihood.mean(0, 1).reshaped([])
    let meanDivergence = divergence.mean(0, 1).reshaped([])
    loss = meanDivergence - meanLogLikelihood
    terms = [("log p(x|b)", meanLogLikelihood), ("KL", meanDivergence)]
    gradients =
      graph.gradients(
        of: encoded, cotangent: estimate / Double(batch), withRespectTo: Array(encoderNodes))
      + graph.gradients(of: loss, withRespectTo: Array(decoderNodes))
      + graph.gradients(of: varianceObjective, withRespectTo: Array(controlNodes))
    self.configuration = configuration
    self.graph = graph
    self.images = images
    self.parameters = parameters
    self.encoded = encoded
  }

  /// Encoder arrays, decoder arrays, then those of the control variate.
  public static func parameters(of configuration: RelaxConfiguration) -> [Parameter] {
    encoder(of: configuration).parameters + decoder(of: configuration).parameters
      + control(of: configuration).parameters
  }

  private static func encoder(of configuration: RelaxConfiguration) -> Network {
    configuration.networks.encoder(heads: configuration.posteriorBlocks.map { $0.rows * $0.variables })
  }

  private static func decoder(of configuration: RelaxConfiguration) -> Network {
    configuration.networks.decoder(latent: configuration.categories * configuration.variables)
  }

  private static func control(of configuration: RelaxConfiguration) -> ControlVariate {
    ControlVariate(
      kind: configuration.kind, categories: configuration.categories, variables: configuration.variables)
  }

  /// Noise for z, and for z̃ where there is one.
  private static func laws(of kind: RelaxConfiguration.Kind) -> [NoiseLaw] {
    switch kind {
    case .categorical: [.gumbel, .gumbel]
    case .bernoulli: [.logistic, .logistic]
    case .igr: [.normal]
    }
  }

  /// log p(x|y) [B, S] of y [B, K, S, V], and the mean pixel values [B, S, D].
  private static func logLikelihood(
    of images: Node, given y: Node, _ nodes: ArraySlice<Node>, _ configuration: RelaxConfiguration
  ) -> (logLikelihood: Node, mean: Node) {
    let output = configuration.networks.activated(decoder(of: configuration)(y.latentRows, nodes))
    return configuration.networks.logLikelihood(
      images: images, decoderOutput: output.reshaped([y.shape[0], y.shape[2], output.shape[1]]))
  }
}
