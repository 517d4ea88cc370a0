import Glibc
import Tensors
import VAE

// One training step at batch 100 (64 for conv_jointvae), 20 variables of 10 categories, one thread. For each model and
// architecture: the median time of noise, gradient and Adam over rounds of one run; and, measured in turn with them, the
// floor: the products that the step cannot do without (of images with many zeros, only with what is not zero; of
// convolutions, products with patches that are there already), one Adam pass, and one pass over batch and logits, each
// alone. The share of the floor is what to compare, because this machine's speed drifts and within a run that cancels.
//
// Last, unless one subject was asked for, the importance-weighted bound of one image with 1,000 samples and its floor.
//
// With --threads N: the step by N threads beside the step by one, in time that passes.
//
// igr-step-benchmark [--only MODEL ARCHITECTURE] [--batch N] [--share OF-SET-PIXELS] [--rounds N] [--threads N] [--json]

LinearAlgebraLibrary.setThreads(1)

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}
func cell(_ value: Double, _ width: Int) -> String { padded(String((value * 1000).rounded() / 1000), width) }

let options = Options(CommandLine.arguments.dropFirst())
let chosen = Subject.all.filter { subject in
  options.only.map { $0.model == subject.name && $0.architecture == subject.architecture } ?? true
}
if chosen.isEmpty, let only = options.only {
  Options.refuse("no step of \(only.model) with \(only.architecture) is measured")
}
if options.threads > 1 {
  print(
    padded("model", 19) + padded("architecture", 17)
      + "threads  noise  gradient  adam   step    ratio")
  for subject in chosen {
    let found = ThreadsMeasurement(
      subject, batch: options.batch ?? subject.batch, rounds: options.rounds ?? subject.rounds,
      share: options.share, threads: options.threads)
    for (threads, times) in [(1, found.one), (options.threads, found.several)] {
      print(
        padded(subject.name, 19) + padded(subject.architecture, 17) + padded("\(threads)", 9)
          + zip(times, [7, 10, 7, 8]).map(cell).joined() + cell(found.one[3] / times[3], 6))
    }
  }
  exit(0)
}
if !options.asJSON {
  print("\(LinearAlgebraLibrary.description), kernels \(LinearAlgebraLibrary.kernelTarget)")
  print(
    padded("model", 19) + padded("architecture", 17)
      + "noise  gradient  adam   step    floor     floor/step  images/s")
}
for subject in chosen {
  let batch = options.batch ?? subject.batch
  let found = StepMeasurement(
    subject, batch: batch, rounds: options.rounds ?? subject.rounds, share: options.share)
  if options.asJSON {
    print(
      """
      {"model": "\(subject.name)", "architecture": "\(subject.architecture)", "batch": \(batch), \
      "step": \(found.step), "floor": \(found.floor), "first_loss": \(found.firstLoss)}
      """)
    continue
  }
  print(
    padded(subject.name, 19) + padded(subject.architecture, 17) + cell(found.noise, 7)
      + cell(found.gradient, 10) + cell(found.adam, 7) + cell(found.step, 8) + cell(found.floor, 10)
      + cell(found.floor / found.step, 12) + String(Int(Double(batch) / found.step * 1e3)))
}
if options.only == nil && !options.asJSON {
  print(
    "\n" + padded("1,000 samples", 19) + padded("architecture", 17) + "ms per image  floor  evaluation/floor")
  for (name, relaxation) in Subject.relaxations {
    for architecture in [Architecture.dense, .denseNonlinear] {
      let found = EvaluationMeasurement(
        model: Subject.model(relaxation, architecture), samples: 1_000, rounds: 40)
      print(
        padded(name, 19) + padded(architecture.rawValue, 17) + cell(found.evaluation, 14)
          + cell(found.floor, 7)
          + cell(found.evaluation / found.floor, 6))
    }
  }
}
