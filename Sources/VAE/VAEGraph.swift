import Differentiation
import Tensors

/// The graph of one model for one batch size: encoder, relaxation, decoder and objective.
public final class VAEGraph {
  public let configuration: VAEConfiguration
  public let graph: Graph
  /// Inputs: images [B, D]; noise [B, K or K − 1, S, V], standard Gumbel for GS and standard normal for IGR.
  public let images: Node
  public let noise: Node
  /// Trained arrays, in the order of `VAEGraph.parameters(of:)`.
  public let parameters: [Node]
  /// Prior of IGR; inputs of this graph when `hasGivenPrior`, else zeros.
  public let prior: GaussianPrior

  /// log α [B, K, 1, V], or μ and ξ [B, K − 1, 1, V].
  public let posterior: [Node]
  /// Relaxed sample [B, K, S, V].
  public let psi: Node
  /// What is decoded: ψ, or the vertex nearest to it; [B, K, S, V].
  public let latent: Node
  /// [B, S, K·V].
  public let decoderInput: Node
  /// What the decoder gives after its final activation: [B, S, D], or [B, S, 2·D] interleaved for a Gaussian.
  public let decoderOutput: Node
  /// Mean pixel values [B, S, D] in [0, 1].
  public let reconstruction: Node
  /// log p(x|z) [B, S].
  public let logLikelihood: Node
  /// [B, S] or [B, 1].
  public let divergence: Node
  /// Means over batch and samples, shape []: what the loss is made of, named when it is not finite.
  public let meanLogLikelihood: Node
  public let meanDivergence: Node
  /// Minus the ELBO: mean divergence − mean log-likelihood; shape [].
  public let loss: Node

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  ///   - atVertex: decode the vertex nearest to ψ instead of ψ.
  ///   - hasGivenPrior: the prior's numbers are inputs of the graph.
  public init(
    _ configuration: VAEConfiguration, batch: Int, samples: Int, atVertex: Bool = false,
    hasGivenPrior: Bool = false
  ) {
    let (categories, variables) = (configuration.categories, configuration.variables)
    let graph = Graph()
    self.configuration = configuration
    self.graph = graph
    images = graph.input([batch, configuration.pixels])
    noise = graph.input([batch, configuration.noiseCategories, samples, variables])
    parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }
    let encoder = Self.encoder(of: configuration)
    let encoded = encoder(images, parameters[..<encoder.parameters.count])

    let rows = configuration.noiseCategories
    let block = rows * variables
    let blocks = stride(from: 0, to: configuration.encoderOutputs, by: block).map {
      encoded.slice(axis: 1, $0..<$0 + block).reshaped([batch, rows, 1, variables])
    }
    posterior = blocks

    let logPsi: Node
    switch configuration.relaxation {
    case .gumbelSoftmax:
      prior = .standard(in: graph)
      logPsi = gumbelSoftmax(logAlpha: blocks[0], gumbel: noise, temperature: configuration.temperature)
      switch configuration.divergence {
      case .sampled:
        divergence = sampledDivergence(
          logPsi: logPsi, logAlpha: blocks[0], temperature: configuration.temperature,
          stickTheLanding: configuration.stickTheLanding)
      case .discrete:
        divergence = categoricalDivergence(logAlpha: blocks[0])
      case .gaussian:
        preconditionFailure("Gumbel-Softmax has no Gaussians")
      }
    case .igrI:
      let shape: Shape = [1, rows, 1, 1]
      prior =
        hasGivenPrior
        ? GaussianPrior(mu: graph.input(shape), xi: graph.input(shape)) : .standard(in: graph)
      let kappa = igrSample(mu: blocks[0], xi: blocks[1], epsilon: noise)
      logPsi = logSoftmaxPlusPlus(lambda: kappa, temperature: configuration.temperature)
      switch configuration.divergence {
      case .sampled:
        divergence = sampledDivergence(
          kappa: kappa, epsilon: noise, mu: blocks[0], xi: blocks[1], prior: prior,
          stickTheLanding: configuration.stickTheLanding)
      case .discrete:
        divergence = discreteDivergence(
          probabilities: .categoryProbabilities(mu: blocks[0], sigma: blocks[1].exp()))
      case .gaussian:
        divergence = gaussianDivergence(mu: blocks[0], xi: blocks[1], prior: prior)
      }
    }
    psi = logPsi.exp()

    latent = atVertex ? logPsi.oneHot(1) : psi
    let z = latent.transposed([0, 2, 1, 3]).reshaped([batch * samples, categories * variables])
    decoderInput = z.reshaped([batch, samples, categories * variables])
    let decoded = Self.decode(z, parameters: parameters, configuration: configuration)
    decoderOutput = decoded.reshaped([batch, samples, configuration.decoderOutputs])
    (logLikelihood, reconstruction) = Self.logLikelihood(
      images: images, decoderOutput: decoderOutput, configuration: configuration)
    meanLogLikelihood = logLikelihood.mean(0, 1).reshaped([])
    meanDivergence = divergence.mean(0, 1).reshaped([])
    loss = meanDivergence - meanLogLikelihood
  }

  /// The divergence of the discrete variables against uniform [B, 1], whatever the objective uses.
  public var divergenceFromUniform: Node {
    switch configuration.relaxation {
    case .gumbelSoftmax: categoricalDivergence(logAlpha: posterior[0])
    case .igrI: discreteDivergence(probabilities: categoryProbabilities)
    }
  }

  /// Q(z|x) of each category [B, K, 1, V].
  public var categoryProbabilities: Node {
    switch configuration.relaxation {
    case .gumbelSoftmax: posterior[0].logSoftmax(1).exp()
    case .igrI: .categoryProbabilities(mu: posterior[0], sigma: posterior[1].exp())
    }
  }

  /// log Q(z|x) of each category [B, K, 1, V].
  public var logCategoryProbabilities: Node {
    switch configuration.relaxation {
    case .gumbelSoftmax: posterior[0].logSoftmax(1)
    case .igrI: categoryProbabilities.logOfProbability()
    }
  }

  /// Encoder arrays, then decoder arrays.
  public static func parameters(of configuration: VAEConfiguration) -> [Parameter] {
    encoder(of: configuration).parameters + decoder(of: configuration).parameters
  }

  static func encoder(of configuration: VAEConfiguration) -> Network {
    .dense(
      name: "encoder", inputs: configuration.pixels, hidden: configuration.encoderUnits,
      outputs: configuration.encoderOutputs)
  }

  static func decoder(of configuration: VAEConfiguration) -> Network {
    .dense(
      name: "decoder", inputs: configuration.categories * configuration.variables,
      hidden: configuration.decoderUnits, outputs: configuration.decoderOutputs)
  }

  /// - Parameter z: [rows, K·V].
  /// - Returns: [rows, decoder outputs] after the final activation.
  static func decode(_ z: Node, parameters: [Node], configuration: VAEConfiguration) -> Node {
    let decoder = decoder(of: configuration)
    let output = decoder(z, parameters.suffix(decoder.parameters.count))
    return configuration.outputActivation == .elu ? output.elu() : output
  }

  /// log p(x|z) [B, S] and the mean pixel values [B, S, D].
  static func logLikelihood(
    images: Node, decoderOutput: Node, configuration: VAEConfiguration
  ) -> (logLikelihood: Node, mean: Node) {
    let (batch, samples, pixels) = (decoderOutput.shape[0], decoderOutput.shape[1], configuration.pixels)
    let x = images.reshaped([batch, 1, pixels])
    switch configuration.likelihood {
    case .bernoulli:
      return (bernoulliLogLikelihood(images: x, logits: decoderOutput), decoderOutput.sigmoid())
    case .gaussian:
      let channels = configuration.channels
      let planes = decoderOutput.reshaped([batch * samples, pixels / channels, 2 * channels])
      let a = planes.slice(axis: 2, 0..<channels).reshaped([batch, samples, pixels])
      let c = planes.slice(axis: 2, channels..<2 * channels).reshaped([batch, samples, pixels])
      return gaussianLogLikelihood(images: x, a: a, c: c)
    }
  }
}
