import Differentiation
import Randomness

/// The graph of one training step of a deep latent Gaussian mixture model (Nalisnick 2016; engine specification
/// part 6). Axes are [batch, component, sample, dimension] = [B, K, S, V].
public final class MixtureGraph: TrainingGraph {
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
  /// How many components are kept when that is an input of the graph, shape [].
  public let givenCount: Node?

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  ///   - priorMeans: of the prior's components, row-major [K, V] (`MixtureConfiguration.priorMeans`).
  ///   - hasGivenCount: a truncated model takes the number of kept components from outside.
  public init(
    _ configuration: MixtureConfiguration, batch: Int, samples: Int, priorMeans: [Double],
    hasGivenCount: Bool = false
  ) {
    let (components, dimension) = (configuration.components, configuration.dimension)
    let sticks = components - 1
    let graph = Graph()
    self.configuration = configuration
    self.graph = graph
    images = graph.input([batch, configuration.pixels])
    noises = [
      NoiseInput(
        node: graph.input([batch, sticks, samples, 1]),
        law: configuration.sticks == .kumaraswamy ? .uniform : .normal),
      NoiseInput(node: graph.input([batch, components, samples, dimension]), law: .normal),
    ]
    givenCount = hasGivenCount && configuration.truncation != nil ? graph.input([]) : nil
    parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }

    let encoder = Self.encoder(of: configuration)
    let encoded = encoder(images, parameters[..<encoder.parameters.count])
    var offset = 0
    posterior = [(components, dimension), (components, dimension), (sticks, 1), (sticks, 1)].map {
      rows, columns in
      defer { offset += rows * columns }
      return encoded.slice(axis: 1, offset..<offset + rows * columns).reshaped([batch, rows, 1, columns])
    }
    sample = MixtureSample(
      sticks: configuration.sticks, first: posterior[2], second: posterior[3], noise: noises[0].node,
      mean: posterior[0], logVariance: posterior[1], epsilon: noises[1].node,
      truncation: configuration.truncation, givenCount: givenCount)

    let decoder = Self.decoder(of: configuration)
    let decoded = decoder(
      sample.points.reshaped([batch * components * samples, dimension]),
      parameters.suffix(decoder.parameters.count))
    decoderOutput = (configuration.outputActivation == .elu ? decoded.elu() : decoded)
      .reshaped([batch, components * samples, configuration.decoderOutputs])
    let (logLikelihood, means) = configuration.likelihood.logLikelihood(
      images: images, decoderOutput: decoderOutput, channels: configuration.channels)
    reconstruction = (sample.weights * means.reshaped([batch, components, samples, configuration.pixels]))
      .sum(1).reshaped([batch, samples, configuration.pixels])

    objective = MixtureObjective(
      sample, logLikelihoods: logLikelihood.reshaped([batch, components, samples]),
      logPriors: sample.logPriorOfPoints(means: graph.constant(priorMeans, [1, components, 1, dimension])))
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

  static func encoder(of configuration: MixtureConfiguration) -> DenseStack {
    DenseStack(
      name: "encoder", inputs: configuration.pixels, hidden: configuration.encoderUnits,
      outputs: configuration.encoderOutputs)
  }

  static func decoder(of configuration: MixtureConfiguration) -> DenseStack {
    DenseStack(
      name: "decoder", inputs: configuration.dimension, hidden: configuration.decoderUnits,
      outputs: configuration.decoderOutputs)
  }
}
