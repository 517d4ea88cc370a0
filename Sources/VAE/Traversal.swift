import Differentiation
import Tensors

/// Pictures of what each latent variable does: one image's latents, one of them moved at a time.
///
/// Every discrete variable takes each of its categories; every normal one takes 7 values from −1.5 to 1.5 deviations
/// of its prior. All others stay at the image's most probable category and posterior mean.
public struct Traversal {
  private static let normalValues = (0..<7).map { -1.5 + 0.5 * Float($0) }

  /// - Parameters:
  ///   - image: one image, D values.
  ///   - state: the model's weights.
  /// - Returns: mean pixel values [pictures, D]; discrete variables first, each with its categories in order.
  public static func pictures(
    _ configuration: VAEConfiguration, of image: some Collection<Float>, state: ModelState<Float>
  ) -> [Float] {
    let graph = VAEGraph(configuration, batch: 1, samples: 1, atVertex: configuration.hasDiscretePart)
    let evaluation = Evaluation(graph, outputs: [graph.decoderInput], state: state)
    _ = evaluation.images.update(fromContentsOf: image)
    // Without noise the sample is the posterior's mean, and its vertex the most probable category or nearly so.
    for noise in evaluation.noises { noise.values.update(repeating: 0) }
    evaluation.run()
    let start = Array(evaluation.values(of: graph.decoderInput))
    let latents = moved(start, configuration)

    let decoder = DecoderGraph(configuration, rows: latents.count)
    let program = Program<Float>(
      outputs: [decoder.mean, decoder.latents],
      external: state.weights(for: decoder.parameters, from: configuration.encoder.parameters.count))
    program.set(decoder.latents, latents.flatMap(\.self))
    program.run()
    return Array(program.values(of: decoder.mean))
  }

  /// One latent vector per picture.
  private static func moved(_ start: [Float], _ configuration: VAEConfiguration) -> [[Float]] {
    let normalCount = configuration.normalSize * configuration.normalVariables
    var latents: [[Float]] = []
    if configuration.hasDiscretePart {
      for variable in 0..<configuration.variables {
        for category in 0..<configuration.categories {
          var latent = start
          for other in 0..<configuration.categories {
            latent[normalCount + other * configuration.variables + variable] = other == category ? 1 : 0
          }
          latents.append(latent)
        }
      }
    }
    for index in 0..<normalCount {
      for value in normalValues {
        var latent = start
        latent[index] = value
        latents.append(latent)
      }
    }
    return latents
  }
}

/// The decoder alone.
private struct DecoderGraph {
  let latents: Node
  /// Mean pixel values [rows, D].
  let mean: Node
  let parameters: [Node]

  init(_ configuration: VAEConfiguration, rows: Int) {
    let graph = Graph()
    let decoder = configuration.decoder
    latents = graph.input([rows, configuration.latentSize])
    parameters = decoder.parameters.map { graph.input($0.shape) }
    let output = configuration.networks.activated(decoder(latents, parameters))
    let images = graph.constant(0, [rows, configuration.networks.pixels])
    mean =
      configuration.networks.logLikelihood(
        images: images, decoderOutput: output.reshaped([rows, 1, output.shape[1]])
      ).mean
  }
}
