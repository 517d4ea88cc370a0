import Randomness
import Tensors
import VAE

/// One training step, medians in milliseconds over rounds in which the step and its floor alternate.
struct StepMeasurement {
  let noise: Double
  let gradient: Double
  let adam: Double
  /// Products and passes alone, and Adam.
  let floor: Double
  /// Of the first step, to be compared with that of another implementation.
  let firstLoss: Double

  var step: Double { noise + gradient + adam }

  /// - Parameter share: of the pixels that are set; 1 for grey images.
  init(_ subject: Subject, batch: Int, rounds: Int, share: Double) {
    let state = ModelState<Float>(parameters: subject.model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let step = TrainingStep(subject.model.trainingGraph(batch: batch, samples: 1), state: state)
    let key = RandomKey(seed: 1, purpose: .trainingNoise)
    step.fillImages(share: share)
    let products = subject.work.products(of: state.parameters, images: Array(step.images), batch: batch)
    let floor = Floor(
      products: products, passes: [step.images.count, subject.work.logitsPerPixel * step.images.count])
    var (noise, gradient, adam, alone): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    var firstLoss = Double.nan
    for round in 0..<rounds {
      noise.append(milliseconds { step.fillNoise(key, round: round) })
      gradient.append(
        milliseconds {
          let loss = step.computeGradient()
          if round == 0 { firstLoss = Double(loss) }
        })
      adam.append(milliseconds { _ = state.applyAdam(learningRate: 1e-3) })
      alone.append(milliseconds(floor.run))
    }
    (self.noise, self.gradient, self.adam) = (median(noise), median(gradient), median(adam))
    self.floor = median(alone) + median(adam)
    self.firstLoss = firstLoss
  }
}
