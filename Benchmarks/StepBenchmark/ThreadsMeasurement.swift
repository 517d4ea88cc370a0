import Randomness
import Tensors
import VAE

/// One training step by one thread and by several: medians in milliseconds of time that passes, in turns of a few steps, so
/// that both see the same machine. Means something on free processors alone.
struct ThreadsMeasurement {
  /// Of noise, gradient, Adam with the gradient's norm, and the whole step.
  typealias Times = [Double]
  let one: Times
  let several: Times

  private static let stepsOfTurn = 10

  init(_ subject: Subject, batch: Int, rounds: Int, share: Double, threads: Int) {
    let state = ModelState<Float>(parameters: subject.model.parameters)
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let step = TrainingStep(subject.model.trainingGraph(batch: batch, samples: 1), state: state)
    step.fillImages(share: share)
    let key = RandomKey(seed: 1, purpose: .trainingNoise)
    func takeTurn(threads: Int) -> [Times] {
      LinearAlgebraLibrary.setThreads(threads)
      return (0..<Self.stepsOfTurn).map { _ in
        let parts = [
          milliseconds(on: .wall) { step.fillNoise(key, round: state.step) },
          milliseconds(on: .wall) { _ = step.computeGradient() },
          milliseconds(on: .wall) { _ = state.applyAdam(learningRate: 1e-3) },
        ]
        return parts + [parts.reduce(0, +)]
      }
    }
    var (one, several): ([Times], [Times]) = ([], [])
    for _ in 0..<max(1, rounds / Self.stepsOfTurn) {
      one += takeTurn(threads: 1)
      several += takeTurn(threads: threads)
    }
    LinearAlgebraLibrary.setThreads(1)
    self.one = Self.medians(one)
    self.several = Self.medians(several)
  }

  private static func medians(_ steps: [Times]) -> Times {
    steps[0].indices.map { part in median(steps.map { $0[part] }) }
  }
}

extension TrainingStep<Float> {
  /// Random images: uniform, or where `share` is below 1 that share of the pixels set.
  func fillImages(share: Double) {
    RandomKey(seed: 1, purpose: .trainingNoise).fill(images, .uniform, step: .max)
    guard share < 1 else { return }
    for index in images.indices { images[index] = images[index] > Float(1 - share) ? 1 : 0 }
  }

  func fillNoise(_ key: RandomKey, round: Int) {
    for (index, input) in noises.enumerated() {
      key.fill(input.values, input.law, step: UInt64(round * 8 + index))
    }
  }
}
