import Differentiation
import Glibc
import Tensors
import TestSupport
import Testing
import VAE

/// Structured output prediction against independently computed numbers.
@Suite struct GoldenStructuredOutputTests {
  @Test func samplesLossAndEveryGradient() throws {
    for test in try GoldenFile.cases(of: "sop") { #expect(try disagreements(test) == [], "\(test)") }
  }

  @Test func learningRate() throws {
    for test in try GoldenFile.cases(of: "sop", in: "learning_rate") {
      #expect(
        test.keys == ["lr", "weight_decay", "min_learning_rate", "iterations", "learning_rate"], "\(test)")
      let schedule = LearningRateSchedule(
        rate: try test.number("lr"), decay: try test.number("weight_decay"),
        minimum: try test.number("min_learning_rate"))
      let want = try #require(test.values["learning_rate"] as? [Double])
      let steps = try test.integers("iterations")
      try #require(want.count == steps.count)
      for (step, want) in zip(steps, want) {
        #expect(abs(schedule.rate(atStep: step) - want) < 1e-11 * want, "step \(step)")
      }
    }
  }

  /// `W1a` → `layer_1_hidden/kernel`, `c2` → `layer_2/bias`, `Wout` → `output/kernel`; of `w12` the last digit is the
  /// flow's layer, and the first one the sampling layer, of which all share one flow.
  private func parameterName(_ name: String) -> String? {
    if name == "Wout" { return "output/kernel" }
    if name == "cout" { return "output/bias" }
    guard let first = name.first else { return nil }
    let rest = name.dropFirst()
    let array = ["W": "kernel", "c": "bias"][first]
    if let array {
      let hidden = rest.hasSuffix("a") ? "_hidden" : ""
      let digits = hidden.isEmpty ? rest : rest.dropLast()
      return Int(digits).map { "layer_\($0)\(hidden)/\(array)" }
    }
    guard "wub".contains(first), rest.count == 2, rest.first == "1", let layer = rest.last else { return nil }
    return "flow_\(layer)/\(first)"
  }

  private func disagreements(_ test: GoldenCase) throws -> [String] {
    #expect(
      test.keys == ["name", "architecture", "model", "temp", "inputs", "outputs", "gradient_of_loss"],
      "\(test)")
    let inputs = try test.part("inputs")
    let outputs = try test.part("outputs")
    let models: [String: StructuredOutputConfiguration.Relaxation] = [
      "GS": .gumbelSoftmax, "IGR_I": .igrI, "IGR_Planar": .igrPlanar,
    ]
    let model = try test.text("model")
    let relaxation = try #require(models[model])
    let network = try #require(
      StructuredOutputConfiguration.Network(rawValue: try test.text("architecture")))
    let (upper, lower) = (try inputs.array("x_upper"), try inputs.array("x_lower"))
    let noiseShape = try inputs.array("noise1").shape
    let (batch, samples, units) = (noiseShape[0], noiseShape[1], noiseShape[2])
    let configuration = StructuredOutputConfiguration(
      relaxation: relaxation, network: network,
      // The file's temperature is that of GS; its IGR cases are computed at 1, as its notes say.
      temperature: relaxation == .gumbelSoftmax ? try test.number("temp") : 1, units: units,
      upperPixels: upper.shape[1], lowerPixels: lower.shape[1])
    let graph = StructuredOutputGraph(configuration, batch: batch, samples: samples)
    var evaluation = GoldenEvaluation()
    var images: [Double] = []
    for row in 0..<batch {
      for half in [upper, lower] {
        images += half.float32[row * half.shape[1]..<(row + 1) * half.shape[1]].map(Double.init)
      }
    }
    evaluation.inputs.append((graph.images, images))
    var used: Set<String> = ["x_upper", "x_lower"]
    for (number, noise) in graph.noises.enumerated() {
      let name = "noise\(number + 1)"
      used.insert(name)
      let values = try inputs.array(name).float32.map(Double.init)
      evaluation.inputs.append(
        (noise.node, relaxation == .gumbelSoftmax ? values.map { log($0) - log1p(-$0) } : values))
    }
    let given = inputs.keys.subtracting(used)
    var names: [String: String] = [:]
    for name in given {
      let known = try #require(parameterName(name), "\(test): \(name) not understood")
      names[known] = name
    }
    let parameters = StructuredOutputGraph.parameters(of: configuration)
    #expect(Set(parameters.map(\.name)) == Set(names.keys), "\(test)")
    let gradients = try test.part("gradient_of_loss")
    #expect(gradients.keys == given, "\(test)")
    for (index, parameter) in parameters.enumerated() {
      let name = try #require(names[parameter.name])
      evaluation.set(graph.parameters[index], try inputs.array(name))
      evaluation.expect("gradient \(name)", graph.gradients[index], try gradients.array(name))
    }
    #expect(outputs.keys == ["z", "logits", "loss"], "\(test)")
    let layers = graph.layerOutputs.count
    let z = graph.layerOutputs.enumerated().map { index, node in
      node.reshaped([batch, samples, 1, units]).padded(axis: 2, before: index, after: layers - 1 - index)
    }
    evaluation.expect("z", z.dropFirst().reduce(z[0], +), try outputs.array("z"))
    evaluation.expect("logits", graph.logits, try outputs.array("logits"))
    evaluation.expect("loss", graph.loss, try outputs.array("loss"))
    return evaluation.disagreements()
  }
}
