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
    let floor = Floor(
      products: Self.products(of: state.parameters, samples: samples), passes: [samples * images.count])
    var (times, alone): ([Double], [Double]) = ([], [])
    for round in 0..<rounds {
      times.append(
        milliseconds {
          for (index, input) in likelihood.evaluation.noises.enumerated() {
            key.fill(input.values, input.law, step: UInt64(round * 8 + index))
          }
          _ = likelihood.run()
        })
      alone.append(milliseconds(floor.run))
    }
    evaluation = median(times)
    self.floor = median(alone)
  }

  private static func products(of parameters: [Parameter], samples: Int) -> [LayerProducts] {
    var isFirstOfDecoder = true
    return parameters.filter(\.isKernel).map { kernel in
      let isDecoder = kernel.name.hasPrefix("decoder")
      var layer = LayerProducts(kernel: kernel.shape, rows: isDecoder ? samples : 1)
      (layer.ofKernel, layer.ofInput) = (0, 0)
      if isDecoder && isFirstOfDecoder {
        // One entry of ten, as in vertices of ten categories.
        layer.sparse = (0..<layer.rows * layer.inputs).map { $0 % 10 == 3 ? 1 : 0 }
        isFirstOfDecoder = false
      }
      return layer
    }
  }
}
