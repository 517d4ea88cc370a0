import Differentiation
import Glibc
import Randomness
import Tensors
import VAE

// One training step at batch 100 (64 for conv_jointvae), 20 variables of 10 categories, one thread. For each model and
// architecture: the median time of noise, gradient and Adam over rounds of one run. For dense networks also, measured in
// turn with them, the time of the step's matrix products alone: the ratio of the two is what to compare, because this
// machine's speed drifts and within a run that cancels.

LinearAlgebraLibrary.setThreads(1)

/// Processor time of this thread, so that what else runs here counts only by the caches it takes.
func milliseconds(_ work: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
  let begin = now()
  work()
  return now() - begin
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The products of one step of dense layers: three per layer, but for the first layer's input, whose gradient nobody
/// needs.
struct Products {
  private var calls: [() -> Void] = []

  /// - Parameter kernels: [inputs, outputs] of each layer, in order.
  init(batch: Int, kernels: [Shape]) {
    for (index, kernel) in kernels.enumerated() {
      let (inputs, outputs) = (kernel[0], kernel[1])
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
      if index == 0 { continue }
      calls.append {
        Float.matrixProduct(
          m: batch, n: inputs, k: outputs, y.pointer, transposeA: false, w.pointer, transposeB: true,
          x.pointer)
      }
    }
  }

  func run() { for call in calls { call() } }
}

struct Subject {
  let name: String
  let architecture: Architecture
  let model: any Model
  var batch = 100
  var rounds = 60

  var hasDenseLayersOnly: Bool { architecture == .dense || architecture == .denseNonlinear }
}

func networks(_ architecture: Architecture) -> ImageNetworks {
  let side = architecture == .convJointVAE ? 32 : 28
  return ImageNetworks(
    image: ImageShape(height: side, width: side, channels: 1), architecture: architecture)
}

func relaxed(_ relaxation: VAEConfiguration.Relaxation, _ architecture: Architecture) -> VAEConfiguration {
  VAEConfiguration(
    relaxation: relaxation, temperature: 0.5, categories: 10, variables: 20,
    networks: networks(architecture))
}

let truncation = Truncation(option: .quantile(50), threshold: 0.9)
let relaxations: [(String, VAEConfiguration.Relaxation)] = [
  ("GS_Dis", .gumbelSoftmax), ("IGR_I_Dis", .igrI), ("IGR_Planar_Dis", .igrPlanar),
  ("IGR_SB_Finite_Dis", .igrSBFinite), ("IGR_SB_Dis", .igrSB(truncation)),
]
var subjects: [Subject] = []
for architecture in [Architecture.dense, .denseNonlinear, .denseRelax] {
  subjects += relaxations.map {
    Subject(
      name: $0.0, architecture: architecture, model: relaxed($0.1, architecture), rounds: 200)
  }
}
for (name, kind) in [
  ("Relax_GS_Dis", RelaxConfiguration.Kind.categorical), ("Relax_Ber_Dis", .bernoulli), ("Relax_IGR", .igr),
] {
  subjects.append(
    Subject(
      name: name, architecture: .denseRelax,
      model: RelaxConfiguration(
        kind: kind, categories: kind == .bernoulli ? 200 : 10, variables: kind == .bernoulli ? 1 : 20,
        networks: networks(.denseRelax))))
}
for (name, sticks, isTruncated) in [
  ("DLGMM", MixtureConfiguration.Sticks.kumaraswamy, false), ("DLGMM_Var", .kumaraswamy, true),
  ("DLGMM_IGR", .logitNormal, false), ("DLGMM_IGR_SB", .logitNormal, true),
] {
  subjects.append(
    Subject(
      name: name, architecture: .dlgmmDense,
      model: MixtureConfiguration(
        sticks: sticks, truncation: isTruncated ? Truncation(option: .quantile(75), threshold: 0.9999) : nil,
        networks: networks(.dlgmmDense), priorKey: RandomKey(seed: 1, purpose: .mixturePrior)),
      rounds: 20))
}
subjects.append(
  Subject(
    name: "IGR_I_Dis", architecture: .conv, model: relaxed(.igrI, .conv), rounds: 20))
subjects.append(
  Subject(
    name: "IGR_I_Dis", architecture: .convJointVAE, model: relaxed(.igrI, .convJointVAE), batch: 64,
    rounds: 30))

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}
func cell(_ value: Double, _ width: Int) -> String { padded(String((value * 1000).rounded() / 1000), width) }

print("\(LinearAlgebraLibrary.description), kernels \(LinearAlgebraLibrary.kernelTarget)")
print(
  padded("model", 19) + padded("architecture", 17)
    + "noise  gradient  adam   step    products  step/products  images/s")
for subject in subjects {
  let state = ModelState<Float>(parameters: subject.model.parameters)
  state.start(key: RandomKey(seed: 1, purpose: .weights))
  let step = TrainingStep(
    subject.model.trainingGraph(batch: subject.batch, samples: 1), state: state)
  let key = RandomKey(seed: 1, purpose: .trainingNoise)
  key.fill(step.images, .uniform, step: .max)
  // A binarised digit has 13 % of its pixels set.
  for index in step.images.indices { step.images[index] = step.images[index] > 0.87 ? 1 : 0 }
  let kernels = state.parameters.filter { $0.name.hasSuffix("/kernel") }.map(\.shape)
  let products = subject.hasDenseLayersOnly ? Products(batch: subject.batch, kernels: kernels) : nil

  var (noise, gradient, adam, product): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
  for round in 0..<subject.rounds {
    noise.append(
      milliseconds {
        for (index, input) in step.noises.enumerated() {
          key.fill(input.values, input.law, step: UInt64(round * 8 + index))
        }
      })
    gradient.append(
      milliseconds {
        _ = step.computeGradient()
        _ = state.gradientNorm
      })
    adam.append(milliseconds { state.applyAdam(learningRate: 1e-3) })
    if let products { product.append(milliseconds { products.run() }) }
  }
  let parts = [median(noise), median(gradient), median(adam)]
  let whole = parts.reduce(0, +)
  let alone = product.isEmpty ? nil : median(product)
  print(
    padded(subject.name, 19) + padded(subject.architecture.rawValue, 17) + cell(parts[0], 7)
      + cell(parts[1], 10) + cell(parts[2], 7) + cell(whole, 8)
      + (alone.map { cell($0, 10) + cell(whole / $0, 15) } ?? padded("–", 10) + padded("–", 15))
      + String(Int(Double(subject.batch) / whole * 1e3)))
}
