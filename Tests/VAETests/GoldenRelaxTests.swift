import Differentiation
import Glibc
import Tensors
import TestSupport
import Testing

@testable import VAE

/// Every piece of RELAX against independently computed numbers, for each reading of the paper that the file holds; ours
/// is f with log Q − log P in it, and r of the relaxed sample.
@Suite struct GoldenRelaxTests {
  @Test func categorical() throws {
    for test in try GoldenFile.cases(of: "relax", in: "gs") {
      let found = try disagreements(categorical: test)
      #expect(found == [], "\(test)")
    }
  }

  @Test func bits() throws {
    for test in try GoldenFile.cases(of: "relax", in: "ber") {
      let found = try disagreements(bits: test)
      #expect(found == [], "\(test)")
    }
  }

  /// The pieces that both kinds have: the file's control variate on given f, z and z̃.
  private struct Pieces {
    let control: ControlVariate
    let names = ["r_W1", "r_b1", "r_W2", "r_b2", "r_scale", "log_temp"]
    let nodes: [Node]
    let readsRelaxed: Bool

    init(_ test: GoldenCase, kind: RelaxConfiguration.Kind, z: Node, _ evaluation: inout GoldenEvaluation)
      throws
    {
      control = ControlVariate(kind: kind, categories: z.shape[1], variables: z.shape[3])
      let inputs = try test.part("inputs")
      let graph = z.graph
      nodes = try names.map { graph.input(like: try inputs.array($0)) }
      for (name, node) in zip(names, nodes) { evaluation.set(node, try inputs.array(name)) }
      let relaxed = kind == .categorical ? "softmax(z/exp(log_temp))" : "sigmoid(z/exp(log_temp))"
      let reads = try test.text("r_input")
      try #require(["z", relaxed].contains(reads), "\(test): r of \(reads)")
      readsRelaxed = reads == relaxed
    }

    func c(_ z: Node, f: (Node) -> Node) -> Node {
      // One temperature for all entries.
      let logTemperature = nodes[5].reshaped([1, 1]) + z.graph.constant(0, [z.shape[1], z.shape[3]])
      let s = control.relaxed(z, logTemperature: logTemperature)
      return f(s) + control.network(readsRelaxed ? s : z, nodes[..<5])
    }
  }

  private func disagreements(categorical test: GoldenCase) throws -> [String] {
    try #require(try test.text("model") == "Relax_GS_Dis", "\(test)")
    try require(
      test, keys: ["name", "model", "reading", "r_input", "inputs", "outputs"],
      ["gradient_of_variance_objective", "encoder_gradient", "decoder_gradient"])
    let includesDivergence = try test.text("reading") == "f includes log q - log p"
    try #require(
      try includesDivergence
        || test.text("reading")
          == "f is the reconstruction loss, KL path = gradient of the closed categorical KL",
      "\(test): unknown reading")
    let inputs = try test.part("inputs")
    let shape = Shape(try inputs.array("u").shape)
    let (batch, categories, samples, variables) = (shape[0], shape[1], shape[2], shape[3])
    let graph = Graph()
    var evaluation = GoldenEvaluation()
    func given(_ name: String) throws -> Node {
      let node = graph.input(like: try inputs.array(name))
      evaluation.set(node, try inputs.array(name))
      return node
    }
    let (encoderInput, encoderW, encoderB) = (try given("enc_x"), try given("enc_W"), try given("enc_b"))
    let (decoderW, decoderB, x) = (try given("dec_W"), try given("dec_b"), try given("x"))
    let noises = try ["u", "v"].map { name in
      let node = graph.input(shape)
      evaluation.inputs.append((node, gumbel(try inputs.array(name))))
      return node
    }
    let encoded = Node.matrixProduct(encoderInput, encoderW) + encoderB.reshaped([1, encoderB.shape.count])
    let logAlpha = encoded.reshaped([batch, categories, 1, variables])
    let posterior = RelaxPosterior(.categorical, encoded: [logAlpha], noises: noises)
    let conditional = try #require(posterior.conditional)

    func f(_ y: Node) -> Node {
      let logits = Node.matrixProduct(y.latentRows, decoderW) + decoderB.reshaped([1, decoderB.shape.count])
      let pixels = x.shape[1]
      let reconstruction = -bernoulliLogLikelihood(
        images: x.reshaped([batch, 1, pixels]), logits: logits.reshaped([batch, samples, pixels]))
      guard includesDivergence else { return reconstruction }
      return reconstruction + posterior.logProbability(y) + Double(variables) * log(Double(categories))
    }
    let pieces = try Pieces(test, kind: .categorical, z: posterior.z, &evaluation)
    let (cZ, cConditional) = (pieces.c(posterior.z, f: f), pieces.c(conditional, f: f))
    let fB = f(posterior.sample)
    let direct = includesDivergence ? posterior.logScore : categoricalDivergence(logAlpha: logAlpha)
    let estimator = RelaxEstimator(
      loss: fB, logProbability: posterior.logScore, control: cZ, conditionalControl: cConditional,
      directTerms: direct, withRespectTo: logAlpha)
    let outputs: [String: Node] = [
      "z": posterior.z, "b": posterior.sample, "z_tilde": conditional, "f_b": fB, "c_z": cZ,
      "c_z_tilde": cConditional, "log_q": posterior.logScore,
      "grad_log_q": graph.gradients(of: posterior.logScore, withRespectTo: [logAlpha])[0],
      "grad_c_difference": graph.gradients(of: cZ - cConditional, withRespectTo: [logAlpha])[0],
      "grad_kl_path": graph.gradients(of: direct, withRespectTo: [logAlpha])[0],
      "estimator": estimator.estimate, "reinforce": estimator.reinforce,
      "variance_objective": estimator.varianceObjective, "log_alpha": logAlpha,
    ]
    try expect(test.part("outputs"), outputs, &evaluation)
    try expect(
      test.part("gradient_of_variance_objective"),
      named(
        pieces.names, graph.gradients(of: estimator.varianceObjective, withRespectTo: pieces.nodes)),
      &evaluation)
    try expect(
      test.part("encoder_gradient"),
      named(
        ["enc_W", "enc_b"],
        graph.gradients(
          of: logAlpha, cotangent: estimator.estimate / Double(batch), withRespectTo: [encoderW, encoderB])),
      &evaluation)
    try expect(
      test.part("decoder_gradient"),
      named(
        ["dec_W", "dec_b"], graph.gradients(of: fB.mean(0, 1), withRespectTo: [decoderW, decoderB])),
      &evaluation)
    return evaluation.disagreements()
  }

  private func disagreements(bits test: GoldenCase) throws -> [String] {
    try require(
      test, keys: ["name", "r_input", "inputs", "outputs", "gradient_of_variance_objective"],
      ["exact_gradient"])
    let inputs = try test.part("inputs")
    let shape = Shape(try inputs.array("u").shape)
    let (batch, variables) = (shape[0], shape[3])
    let graph = Graph()
    var evaluation = GoldenEvaluation()
    let logAlpha = graph.input(like: try inputs.array("log_alpha"))
    evaluation.set(logAlpha, try inputs.array("log_alpha"))
    let target = graph.input(like: try inputs.array("target"))
    evaluation.set(target, try inputs.array("target"))
    let noises = try ["u", "v"].map { name in
      let node = graph.input(shape)
      let uniforms = try inputs.array(name).float32.map(Double.init)
      evaluation.inputs.append((node, uniforms.map { log($0) - log1p(-$0) }))
      return node
    }
    let posterior = RelaxPosterior(.bernoulli, encoded: [logAlpha], noises: noises)
    let conditional = try #require(posterior.conditional)
    let targets = target.reshaped([1, 1, 1, variables])
    func f(_ y: Node) -> Node {
      (y - targets).squared().sum(1, 3).reshaped([batch, shape[2]])
    }
    let pieces = try Pieces(test, kind: .bernoulli, z: posterior.z, &evaluation)
    let (cZ, cConditional) = (pieces.c(posterior.z, f: f), pieces.c(conditional, f: f))
    let fB = f(posterior.sample)
    let estimator = RelaxEstimator(
      loss: fB, logProbability: posterior.logScore, control: cZ, conditionalControl: cConditional,
      directTerms: graph.constant(0, fB.shape), withRespectTo: logAlpha)
    let outputs: [String: Node] = [
      "z": posterior.z, "b": posterior.sample, "z_tilde": conditional, "f_b": fB, "c_z": cZ,
      "c_z_tilde": cConditional, "log_q": posterior.logScore,
      "grad_log_q": graph.gradients(of: posterior.logScore, withRespectTo: [logAlpha])[0],
      "grad_c_difference": graph.gradients(of: cZ - cConditional, withRespectTo: [logAlpha])[0],
      "estimator": estimator.estimate, "reinforce": estimator.reinforce,
      "variance_objective": estimator.varianceObjective,
    ]
    try expect(test.part("outputs"), outputs, &evaluation)
    try expect(
      test.part("gradient_of_variance_objective"),
      named(
        pieces.names, graph.gradients(of: estimator.varianceObjective, withRespectTo: pieces.nodes)),
      &evaluation)
    let theta = logAlpha.sigmoid()
    let exact = (theta * (1 - targets).squared() + (1 - theta) * targets.squared()).total
    evaluation.expect(
      "exact gradient", graph.gradients(of: exact, withRespectTo: [logAlpha])[0],
      try test.array("exact_gradient"))
    return evaluation.disagreements()
  }

  private func require(_ test: GoldenCase, keys: Set<String>, _ more: Set<String>) throws {
    try #require(
      test.keys == keys.union(more), "\(test): \(test.keys.symmetricDifference(keys.union(more)))")
  }

  private func named(_ names: [String], _ nodes: [Node]) -> [String: Node] {
    Dictionary(uniqueKeysWithValues: zip(names, nodes))
  }

  /// Every array of the part, and no array that is not known.
  private func expect(
    _ part: GoldenCase, _ nodes: [String: Node], _ evaluation: inout GoldenEvaluation
  ) throws {
    try #require(
      part.keys.isSubset(of: nodes.keys), "\(part): \(part.keys.subtracting(nodes.keys)) not understood")
    for name in part.keys.sorted() {
      evaluation.expect(name, try #require(nodes[name]), try part.array(name))
    }
  }
}
