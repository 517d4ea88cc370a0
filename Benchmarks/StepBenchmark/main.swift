import Differentiation
import Glibc
import Randomness
import Tensors
import VAE

// One training step at batch 100 (64 for conv_jointvae), 20 variables of 10 categories, one thread. For each model and
// architecture: the median time of noise, gradient and Adam over rounds of one run. For dense networks also, measured in
// turn with them, the floor: the products that the step cannot do without (of images with many zeros, only with what is
// not zero), one Adam pass, and one pass over batch and logits, each alone. The share of the floor is what to compare,
// because this machine's speed drifts and within a run that cancels.
//
// Last, unless one subject was asked for, the importance-weighted bound of one image with 1,000 samples and its floor.
//
// igr-step-benchmark [--only MODEL ARCHITECTURE] [--batch N] [--share OF-SET-PIXELS] [--rounds N] [--json]

LinearAlgebraLibrary.restartWithBetterCore()
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

/// What one step of dense layers cannot do without, beside Adam: three products per layer, but for the first layer's
/// input, whose gradient nobody needs; and a pass over batch and logits.
struct Floor {
  private var calls: [() -> Void] = []

  /// - Parameters:
  ///   - images: [batch, pixels].
  ///   - kernels: [inputs, outputs] of each layer, in order.
  init(images: UnsafeMutableBufferPointer<Float>, batch: Int, kernels: [Shape]) {
    for (index, kernel) in kernels.enumerated() {
      let (inputs, outputs) = (kernel[0], kernel[1])
      let x = Storage<Float>(count: batch * inputs)
      let w = Storage<Float>(count: inputs * outputs)
      let y = Storage<Float>(count: batch * outputs)
      // Zeros would be as fast on this hardware, but denormals and zeros are special on some.
      for storage in [x, w, y] { storage.values = (0..<storage.count).map { Float($0 % 17) / 17 } }
      if index == 0 {
        let graph = Graph()
        let (a, kernel, upstream) = (
          graph.sparseInput([batch, inputs]), graph.input(kernel), graph.input([batch, outputs])
        )
        let program = Program<Float>(outputs: [
          .matrixProduct(a, kernel), .matrixProduct(a, upstream, transposeA: true), a, kernel, upstream,
        ])
        program.set(a, images)
        program.set(kernel, w.values)
        program.set(upstream, y.values)
        calls.append { program.run() }
        continue
      }
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
      calls.append {
        Float.matrixProduct(
          m: batch, n: inputs, k: outputs, y.pointer, transposeA: false, w.pointer, transposeB: true,
          x.pointer)
      }
      if index == kernels.count - 1 {
        calls.append {
          _ = Float.sum(images.count, images.baseAddress!)  // a batch has images
          _ = Float.sum(y.count, y.pointer)
        }
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

struct Options {
  var only: (model: String, architecture: String)?
  var batch: Int?
  /// Of the pixels, 13 % are set in a binarised digit; 1 stands for grey images.
  var share = 0.13
  var rounds: Int?
  var asJSON = false

  init(_ arguments: ArraySlice<String>) {
    var rest = arguments
    func next() -> String {
      guard let value = rest.popFirst() else { Self.refuse("an option lacks its value") }
      return value
    }
    func number<Value: LosslessStringConvertible>() -> Value {
      let text = next()
      guard let value = Value(text) else { Self.refuse("\(text) is no number") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--only": only = (next(), next())
      case "--batch": batch = number()
      case "--share": share = number()
      case "--rounds": rounds = number()
      case "--json": asJSON = true
      default: Self.refuse("no option \(option)")
      }
    }
  }

  private static func refuse(_ reason: String) -> Never {
    print("igr-step-benchmark: \(reason)")
    exit(2)
  }
}

/// Medians in milliseconds.
struct Measured {
  let noise: Double
  let gradient: Double
  let adam: Double
  /// Nil for networks with convolutions.
  let floor: Double?
  var step: Double { noise + gradient + adam }
}

func measure(_ subject: Subject, batch: Int, rounds: Int, share: Double) -> Measured {
  let state = ModelState<Float>(parameters: subject.model.parameters)
  state.start(key: RandomKey(seed: 1, purpose: .weights))
  let step = TrainingStep(subject.model.trainingGraph(batch: batch, samples: 1), state: state)
  let key = RandomKey(seed: 1, purpose: .trainingNoise)
  key.fill(step.images, .uniform, step: .max)
  if share < 1 {
    for index in step.images.indices { step.images[index] = step.images[index] > Float(1 - share) ? 1 : 0 }
  }
  let kernels = state.parameters.filter { $0.name.hasSuffix("/kernel") }.map(\.shape)
  let floor =
    subject.hasDenseLayersOnly ? Floor(images: step.images, batch: batch, kernels: kernels) : nil
  var (noise, gradient, adam, alone): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
  for round in 0..<rounds {
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
    if let floor { alone.append(milliseconds { floor.run() }) }
  }
  return Measured(
    noise: median(noise), gradient: median(gradient), adam: median(adam),
    floor: floor.map { _ in median(alone) + median(adam) })
}

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}
func cell(_ value: Double, _ width: Int) -> String { padded(String((value * 1000).rounded() / 1000), width) }

let options = Options(CommandLine.arguments.dropFirst())
let chosen = subjects.filter { subject in
  options.only.map { $0.model == subject.name && $0.architecture == subject.architecture.rawValue } ?? true
}
if !options.asJSON {
  print("\(LinearAlgebraLibrary.description), kernels \(LinearAlgebraLibrary.kernelTarget)")
  print(
    padded("model", 19) + padded("architecture", 17)
      + "noise  gradient  adam   step    floor     floor/step  images/s")
}
for subject in chosen {
  let batch = options.batch ?? subject.batch
  let found = measure(subject, batch: batch, rounds: options.rounds ?? subject.rounds, share: options.share)
  if options.asJSON {
    print(
      """
      {"model": "\(subject.name)", "architecture": "\(subject.architecture.rawValue)", "batch": \(batch), \
      "step": \(found.step), "floor": \(found.floor.map { "\($0)" } ?? "null")}
      """)
    continue
  }
  print(
    padded(subject.name, 19) + padded(subject.architecture.rawValue, 17) + cell(found.noise, 7)
      + cell(found.gradient, 10) + cell(found.adam, 7) + cell(found.step, 8)
      + (found.floor.map { cell($0, 10) + cell($0 / found.step, 12) } ?? padded("–", 10) + padded("–", 12))
      + String(Int(Double(batch) / found.step * 1e3)))
}
if options.only == nil && !options.asJSON {
  print(
    "\n" + padded("1,000 samples", 19) + padded("architecture", 17) + "ms per image  floor  evaluation/floor")
  for (name, relaxation) in relaxations {
    for architecture in [Architecture.dense, .denseNonlinear] {
      let found = EvaluationMeasurement(model: relaxed(relaxation, architecture), samples: 1_000, rounds: 40)
      print(
        padded(name, 19) + padded(architecture.rawValue, 17) + cell(found.evaluation, 14)
          + cell(found.floor, 7)
          + cell(found.evaluation / found.floor, 6))
    }
  }
}
