import Differentiation
import Randomness
import Tensors
import VAE

/// The importance-weighted bound of one image with many vertex samples, beside its floor: the products of encoder and
/// decoder, the first one of the decoder with vertices only over what is not zero, and one pass over the logits.
struct EvaluationMeasurement {
  /// Medians in milliseconds per image.
  let evaluation: Double
  let floor: Double

  init(model: any Model, samples: Int, rounds: Int) {
    let state = ModelState<Float>(parameters: model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let likelihood = LikelihoodEvaluation(
      model.evaluationGraph(batch: 1, samples: samples, atVertex: true), state: state)
    let key = RandomKey(seed: 1, purpose: .finalNoise)
    let images = likelihood.evaluation.images
    key.fill(images, .uniform, step: .max)
    for index in images.indices { images[index] = images[index] > 0.87 ? 1 : 0 }
    let kernels = state.parameters.filter { $0.name.hasSuffix("/kernel") }
    let floor = Self.floor(kernels.map { ($0.name.hasPrefix("decoder"), $0.shape) }, samples: samples)
    var (times, alone): ([Double], [Double]) = ([], [])
    for round in 0..<rounds {
      times.append(
        milliseconds {
          for (index, input) in likelihood.evaluation.noises.enumerated() {
            key.fill(input.values, input.law, step: UInt64(round * 8 + index))
          }
          _ = likelihood.run()
        })
      alone.append(milliseconds(floor))
    }
    evaluation = median(times)
    self.floor = median(alone)
  }

  private static func floor(_ kernels: [(isDecoder: Bool, shape: Shape)], samples: Int) -> () -> Void {
    let graph = Graph()
    var (products, inputs): ([Node], [(Node, [Float])]) = ([], [])
    var isFirstOfDecoder = true
    for (isDecoder, shape) in kernels {
      let rows = isDecoder ? samples : 1
      let isVertex = isDecoder && isFirstOfDecoder
      if isDecoder { isFirstOfDecoder = false }
      let x = isVertex ? graph.sparseInput([rows, shape[0]]) : graph.input([rows, shape[0]])
      let kernel = graph.input(shape)
      // One entry of ten, as in vertices of ten categories.
      inputs.append(
        (x, (0..<rows * shape[0]).map { isVertex ? ($0 % 10 == 3 ? 1 : 0) : Float($0 % 17) / 17 }))
      inputs.append((kernel, (0..<shape.count).map { Float($0 % 13) / 13 }))
      products.append(.matrixProduct(x, kernel))
    }
    let program = Program<Float>(outputs: products + inputs.map(\.0))
    for (node, values) in inputs { program.set(node, values) }
    let logits = program.values(of: products[products.count - 1])
    return {
      program.run()
      _ = Float.sum(logits.count, logits.baseAddress!)  // there are samples
    }
  }
}
