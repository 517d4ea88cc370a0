import Differentiation
import Randomness
import Tensors

/// The graph of structured output prediction for one batch size: the lower half of each image from its upper half,
/// through layers of binary random units (Raiko 2015; Jang 2017, section 4.1; engine specification part 10).
///
/// Loss: −mean_B[lse_S log p(x_low|z_s) − log S].
public final class StructuredOutputGraph: ImageTrainingGraph {
  public let graph: Graph
  /// Whole images [B, D], the upper pixels first.
  public let images: Node
  /// Fresh noise for each sampling layer, [B, 1, S, units]: logistic for GS, normal for IGR.
  public let noises: [NoiseInput]
  public let parameters: [Node]
  public let gradients: [Node]
  public let loss: Node
  public let terms: [(name: String, node: Node)]

  /// What each sampling layer hands on: 2ψ − 1, [B, S, units].
  public let layerOutputs: [Node]
  /// Of the lower pixels, [B, S, lower pixels].
  public let logits: Node
  /// log p(x_low|z_s) [B, S].
  public let logLikelihood: Node
  /// lse_S log p(x_low|z_s) − log S for each image, [B, 1].
  public let bound: Node

  /// - Parameters:
  ///   - batch: images per run, B.
  ///   - samples: S.
  ///   - rounded: hand on b = 1 where ψ > ½, else 0, in the place of ψ, as in tests.
  public init(
    _ configuration: StructuredOutputConfiguration, batch: Int, samples: Int, rounded: Bool = false
  ) {
    let (upper, lower) = (configuration.upperPixels, configuration.lowerPixels)
    let (units, relaxation) = (configuration.units, configuration.relaxation)
    let graph = Graph()
    images = graph.sparseInput([batch, upper + lower])
    noises = (0..<configuration.samplingLayers).map { _ in
      NoiseInput(
        node: graph.input([batch, 1, samples, units]), law: relaxation == .gumbelSoftmax ? .logistic : .normal
      )
    }
    let parameters = Self.parameters(of: configuration).map { graph.input($0.shape) }
    let flow =
      relaxation == .igrPlanar ? PlanarFlow(parameters.suffix(Self.flow(of: configuration).count)) : nil

    var layerOutputs: [Node] = []
    var unused = parameters[...]
    func apply(_ map: DenseMap, _ input: Node) -> Node {
      defer { unused = unused.dropFirst(map.parameters.count) }
      return map(input, unused)
    }
    // Before the first sampling layer all samples of an image are one row.
    var h = images.slice(axis: 1, 0..<upper)
    for (maps, noise) in zip(Self.layers(of: configuration), noises) {
      for map in maps.dropLast() { h = apply(map, h).tanh() }
      let l = apply(maps[maps.count - 1], h)
      let noisy = l.reshaped([batch, 1, l.shape[0] / batch, units]) + noise.node
      let lambda = flow.map { $0(noisy).output } ?? noisy
      let psi = rounded ? lambda.step() : (lambda / configuration.temperature).sigmoid()
      let output = 2 * psi - 1
      layerOutputs.append(output.reshaped([batch, samples, units]))
      h = output.reshaped([batch * samples, units])
    }
    let logits = apply(Self.output(of: configuration), h).reshaped([batch, samples, lower])
    let target = images.slice(axis: 1, upper..<upper + lower).reshaped([batch, 1, lower])
    logLikelihood = bernoulliLogLikelihood(images: target, logits: logits)
    bound = importanceWeightedBound(logWeights: logLikelihood)
    let meanBound = bound.mean(0, 1).reshaped([])
    loss = -meanBound
    terms = [("log p(lower|upper)", meanBound)]
    gradients = graph.gradients(of: loss, withRespectTo: parameters)
    self.graph = graph
    self.parameters = parameters
    self.layerOutputs = layerOutputs
    self.logits = logits
  }

  /// Layers from the input on, the output layer, then the planar flow: `layer_1_hidden/kernel` (`nonlinear`),
  /// `layer_1/kernel`, `layer_1/bias`, …, `output/kernel`, `output/bias`, `flow_1/w`, ….
  public static func parameters(of configuration: StructuredOutputConfiguration) -> [Parameter] {
    layers(of: configuration).flatMap { $0.flatMap(\.parameters) } + output(of: configuration).parameters
      + flow(of: configuration)
  }

  /// For each sampling layer the maps before it; tanh stands between two of them.
  private static func layers(of configuration: StructuredOutputConfiguration) -> [[DenseMap]] {
    let units = configuration.units
    return (1...configuration.samplingLayers).map { number in
      let inputs = number == 1 ? configuration.upperPixels : units
      let name = "layer_\(number)"
      guard configuration.network == .nonlinear else {
        return [DenseMap(name: name, inputs: inputs, outputs: units)]
      }
      return [
        DenseMap(name: name + "_hidden", inputs: inputs, outputs: units),
        DenseMap(name: name, inputs: units, outputs: units),
      ]
    }
  }

  private static func output(of configuration: StructuredOutputConfiguration) -> DenseMap {
    DenseMap(name: "output", inputs: configuration.units, outputs: configuration.lowerPixels)
  }

  /// One flow for all sampling layers, with weights of its own for each unit: K − 1 = 1.
  private static func flow(of configuration: StructuredOutputConfiguration) -> [Parameter] {
    configuration.relaxation == .igrPlanar
      ? PlanarFlow.parameters(sticks: 1, variables: configuration.units) : []
  }
}
