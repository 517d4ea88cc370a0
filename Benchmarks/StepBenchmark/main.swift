import Differentiation
import Glibc
import Randomness
import Tensors
import VAE

// One training step at batch 100 on images of 784 pixels, 20 variables of 10 categories, one thread. For each model:
// the median time of noise, gradient and Adam over 200 steps, and, measured in turn with them, the time of the step's
// matrix products alone. The ratio of the two is what to compare: this machine's speed drifts, within a run it cancels.

LinearAlgebraLibrary.setThreads(1)

let batch = 100
let rounds = 200

func milliseconds(_ work: () -> Void) -> Double {
  let duration = ContinuousClock().measure(work)
  return Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) * 1e-15
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The products of one step: three per layer, but for the first layer's input, whose gradient nobody needs.
struct Products {
  private var calls: [() -> Void] = []

  init(_ configuration: VAEConfiguration) {
    let encoder = [configuration.pixels] + configuration.encoderUnits + [configuration.encoderOutputs]
    let decoder =
      [configuration.categories * configuration.variables] + configuration.decoderUnits
      + [configuration.decoderOutputs]
    for (isFirst, sizes) in [(true, encoder), (false, decoder)] {
      for index in 1..<sizes.count {
        let (inputs, outputs) = (sizes[index - 1], sizes[index])
        let x = Storage<Float>(count: batch * inputs)
        let w = Storage<Float>(count: inputs * outputs)
        let y = Storage<Float>(count: batch * outputs)
        // Zeros would be as fast on this hardware, but denormals and zeros are special on some.
        for storage in [x, w, y] { storage.values = (0..<storage.count).map { Float($0 % 17) / 17 } }
        calls.append {
          Float.matrixProduct(
            m: batch, n: outputs, k: inputs, x.pointer, transposeA: false, w.pointer, transposeB: false,
            y.pointer)
        }
        calls.append {
          Float.matrixProduct(
            m: inputs, n: outputs, k: batch, x.pointer, transposeA: true, y.pointer, transposeB: false,
            w.pointer)
        }
        if isFirst && index == 1 { continue }
        calls.append {
          Float.matrixProduct(
            m: batch, n: inputs, k: outputs, y.pointer, transposeA: false, w.pointer, transposeB: true,
            x.pointer)
        }
      }
    }
  }

  func run() { for call in calls { call() } }
}

print("\(LinearAlgebraLibrary.description), kernels \(LinearAlgebraLibrary.kernelTarget)")
print("model      architecture      noise  gradient  adam   step    products  step/products  images/s")
for (name, relaxation) in [("GS_Dis", VAEConfiguration.Relaxation.gumbelSoftmax), ("IGR_I_Dis", .igrI)] {
  for (architecture, encoder, decoder) in [("dense", [], []), ("dense_nonlinear", [512, 256], [256, 512])] {
    let configuration = VAEConfiguration(
      relaxation: relaxation, temperature: 0.5, categories: 10, variables: 20, pixels: 784,
      encoderUnits: encoder,
      decoderUnits: decoder)
    let state = ModelState<Float>(parameters: VAEGraph.parameters(of: configuration))
    state.start(key: RandomKey(seed: 1, purpose: .weights))
    let step = TrainingStep(configuration, batch: batch, samples: 1, state: state)
    let key = RandomKey(seed: 1, purpose: .trainingNoise)
    let images = step.values(of: step.graph.images)
    key.fill(images, .uniform, step: .max)
    // A binarised digit has 13 % of its pixels set.
    for index in images.indices { images[index] = images[index] > 0.87 ? 1 : 0 }
    let products = Products(configuration)

    var (noise, gradient, adam, product): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for round in 0..<rounds {
      noise.append(
        milliseconds {
          key.fill(
            step.values(of: step.graph.noise), relaxation == .igrI ? .normal : .gumbel, step: UInt64(round))
        })
      gradient.append(
        milliseconds {
          _ = step.computeGradient()
          _ = state.gradientNorm
        })
      adam.append(milliseconds { state.applyAdam(learningRate: 1e-3) })
      product.append(milliseconds { products.run() })
    }
    let parts = [median(noise), median(gradient), median(adam)]
    let whole = parts.reduce(0, +)
    func cell(_ value: Double, _ width: Int) -> String {
      let text = String((value * 1000).rounded() / 1000)
      return text + String(repeating: " ", count: max(1, width - text.count))
    }
    print(
      name + String(repeating: " ", count: 11 - name.count) + architecture
        + String(repeating: " ", count: 18 - architecture.count) + cell(parts[0], 7) + cell(parts[1], 10)
        + cell(parts[2], 7) + cell(whole, 8) + cell(median(product), 10) + cell(whole / median(product), 15)
        + String(Int(Double(batch) / whole * 1e3)))
  }
}
