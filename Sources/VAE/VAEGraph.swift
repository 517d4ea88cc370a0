import Differentiation
import Glibc
import Randomness
import Tensors

/// The graph of one model for one batch size: encoder, latent variables, decoder and objective.
public final class VAEGraph: ImageTrainingGraph, EvaluationGraph {
  public let configuration: VAEConfiguration
  public let graph: Graph
  /// Inputs: images [B, D].
  public let images: Node
  public let parameters: [Node]
  /// Noise of the normal part [B, n, S, v], of the discrete part [B, K or K − 1, S, V] (standard Gumbel for GS,
  /// standard normal for IGR), and of the frequencies where a measurement needs them.
  public private(set) var noises: [NoiseInput] = []

  let normal: NormalPart?
  let discrete: DiscretePart?
  /// What is decoded: ψ, or the vertex nearest to it, [B, K, S, V]; nil without a discrete part.
  public let latent: Node?
  /// [B, S, normal part then K·V].
  public let decoderInput: Node
  /// What the decoder gives after its final activation: [B, S, D], or [B, S, 2·D] interleaved for a Gaussian.
  public let decoderOutput: Node
  /// Mean pixel values [B, S, D] in [0, 1].
  public let reconstruction: Node
  /// log p(x|z) [B, S].
  public let logLikelihood: Node
  /// Of the normal and of the discrete part [B, S] or [B, 1]; nil for a part that is not there.
  public let normalDivergence: Node?
  public let discreteDivergence: Node?
  /// Minus the ELBO, or JointVAE's objective; shape [].
  public let loss: Node
  public let terms: [(name: String, node: Node)]
  public let scheduled: [(node: Node, value: (_ step: Int) -> Double)]
  private let batch: Int
  private let samples: Int

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  ///   - atVertex: decode the vertex nearest to ψ instead of ψ.
  public init(_ configuration: VAEConfiguration, batch: Int, samples: Int, atVertex: Bool = false) {
    let graph = Graph()
    self.configuration = configuration
    self.graph = graph
    self.batch = batch
    self.samples = samples
    images = graph.sparseInput([batch, configuration.networks.pixels])
    parameters = configuration.parameters.map { graph.input($0.shape) }
    let (encoder, decoder) = (configuration.encoder, configuration.decoder)
    let decoderStart = encoder.parameters.count
    let flowStart = decoderStart + decoder.parameters.count

    let encoded = encoder(images, parameters[..<decoderStart])
    var blocks = encoded.posteriorBlocks(configuration.posteriorBlocks)

    var parts: [Node] = []
    func flat(_ z: Node) -> Node {
      z.transposed([0, 2, 1, 3]).reshaped([batch * samples, z.shape[1] * z.shape[3]])
    }
    if configuration.hasNormalPart {
      let epsilon = graph.input([batch, configuration.normalSize, samples, configuration.normalVariables])
      noises.append(NoiseInput(node: epsilon, law: .normal))
      let part = NormalPart(mean: blocks.removeFirst(), logVariance: blocks.removeFirst(), epsilon: epsilon)
      parts.append(flat(part.sample))
      normal = part
      switch configuration.normalDivergence {
      case .sampled:
        normalDivergence = part.sampledDivergence(stickTheLanding: configuration.stickTheLanding)
      case .closed: normalDivergence = part.closedDivergence
      }
    } else {
      (normal, normalDivergence) = (nil, nil)
    }
    if configuration.hasDiscretePart {
      let flow =
        configuration.flowParameters.isEmpty ? nil : PlanarFlow(parameters[flowStart...])
      let part = DiscretePart(configuration, posterior: blocks, flow: flow, samples: samples)
      noises.append(part.noise)
      let latent = atVertex ? part.logPsi.oneHot(1) : part.logPsi.exp()
      parts.append(flat(latent))
      (discrete, self.latent) = (part, latent)
      discreteDivergence = part.divergence(configuration.divergence)
    } else {
      (discrete, latent, discreteDivergence) = (nil, nil, nil)
    }

    let z = Node.concatenated(parts, axis: 1)
    decoderInput = z.reshaped([batch, samples, z.shape[1]])
    let decoded = configuration.networks.activated(decoder(z, parameters[decoderStart..<flowStart]))
    decoderOutput = decoded.reshaped([batch, samples, decoded.shape[1]])
    (logLikelihood, reconstruction) = configuration.networks.logLikelihood(
      images: images, decoderOutput: decoderOutput)

    let meanLogLikelihood = logLikelihood.mean(0, 1).reshaped([])
    let normalMean = normalDivergence?.mean(0, 1).reshaped([])
    let discreteMean = discreteDivergence?.mean(0, 1).reshaped([])
    var terms = [("log p(x|z)", meanLogLikelihood)]
    if let normalMean { terms.append(("KL of the normal part", normalMean)) }
    if let discreteMean { terms.append(("KL of the discrete part", discreteMean)) }
    if let joint = configuration.joint {
      let (continuousCapacity, discreteCapacity) = (graph.input([]), graph.input([]))
      let none = graph.constant(0, [batch, 1])
      loss = jointObjective(
        logLikelihood: logLikelihood, continuousDivergence: normalDivergence ?? none,
        discreteDivergence: discreteDivergence ?? none, gamma: joint.gamma,
        continuousCapacity: continuousCapacity, discreteCapacity: discreteCapacity)
      for (name, divergence, capacity) in [
        ("normal", normalDivergence, continuousCapacity), ("discrete", discreteDivergence, discreteCapacity),
      ] {
        guard let divergence else { continue }
        terms.append(
          ("γ·|KL − C| of the \(name) part", jointPenalty(divergence, capacity: capacity, gamma: joint.gamma))
        )
      }
      scheduled = [
        (continuousCapacity, joint.continuous.capacity(at:)),
        (discreteCapacity, joint.discrete.capacity(at:)),
      ]
    } else {
      loss = [normalMean, discreteMean].compactMap(\.self).reduce(-meanLogLikelihood) { $0 + $1 }
      scheduled = []
    }
    self.terms = terms
  }

  public var gradients: [Node] { graph.gradients(of: loss, withRespectTo: parameters) }

  public var discreteGradients: [Node] {
    guard let discrete else { return [] }
    return graph.gradients(of: loss, withRespectTo: discrete.posterior).map { Double(batch) * $0 }
  }

  // MARK: Measurements

  public var elbo: Node { minus([normalDivergence, discrete?.divergence(.sampled)]) }

  public var elboOfDiscrete: Node? {
    discrete.map { _ in minus([normalDivergence, categories.divergenceFromUniform]) }
  }

  public var publishedLogWeights: Node? { elboOfDiscrete }

  /// The normal part contributes its densities, the discrete part log P − log Q of the category, P uniform.
  public var logWeights: Node {
    let densities = normal?.sampledDivergence(stickTheLanding: false)
    guard let latent else { return minus([densities]) }
    let logQ = (latent * categories.logProbabilities).sum(1, 3).reshaped([batch, samples])
    let logP = -Double(configuration.variables) * log(Double(configuration.categories))
    return minus([densities, logQ - logP])
  }

  public var required: Node? { discrete?.required }
  public var unmetThreshold: Node? { discrete?.unmetThreshold }
  public var relaxedSample: Node? { discrete?.logPsi.exp() }

  private func minus(_ divergences: [Node?]) -> Node {
    divergences.compactMap(\.self).reduce(logLikelihood) { $0 - $1 }
  }

  /// Made on first use: frequencies bring a noise input of their own.
  private lazy var categories: DiscretePart.Categories = {
    guard let discrete else { preconditionFailure("there is no discrete part") }
    let categories = discrete.categories()
    if let noise = categories.noise { noises.append(noise) }
    return categories
  }()
}
