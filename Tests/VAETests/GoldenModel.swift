import Differentiation
import TestSupport

@testable import VAE

/// The model of one golden file: what it is, and the values it is computed at.
struct GoldenModel {
  let golden: GoldenCase
  let configuration: VAEConfiguration
  let batch: Int
  let samples: Int
  /// Images [B, D].
  let images: [Double]
  /// In the order of the graph's noise inputs: the normal part's, then the discrete part's.
  let noises: [[Double]]

  init(_ golden: GoldenCase) throws {
    self.golden = golden
    let type = try golden.text("model_type")
    let isTruncated = ["IGR_SB", "IGR_SB_Dis"].contains(type)
    try golden.requireKeys(
      within: Set(
        [
          "about", "model_type", "architecture", "temp", "sample_size", "batch", "num_of_discrete_var",
          "categories", "stick_the_landing", "likelihood", "latent_norm_n", "num_of_norm_var", "channels",
          "hidden_encoder", "hidden_decoder", "inputs", "weights", "outputs", "gradients", "learning_rate",
          "losses_at_each_step_and_after", "smallest_nonzero_gradient", "weights_after_3_adam_steps",
          "uncertain_entries",
        ] + (isTruncated ? ["truncation_option", "quantile", "threshold"] : [])))
    let relaxation = try Self.relaxation(type, golden)
    let inputs = try golden.part("inputs")
    let likelihood = try golden.text("likelihood")
    guard ["bernoulli", "gaussian"].contains(likelihood) else {
      throw GoldenError(message: "\(golden): likelihood \(likelihood) not understood")
    }
    (batch, samples) = (try golden.integer("batch"), try golden.integer("sample_size"))

    var configuration = VAEConfiguration(
      relaxation: relaxation, temperature: relaxation == .none ? 1 : try golden.number("temp"),
      categories: relaxation == .none ? 1 : try golden.integer("categories"),
      variables: relaxation == .none ? 1 : try golden.integer("num_of_discrete_var"),
      networks: try Self.networks(golden, pixels: inputs.array("x").shape[1]))
    configuration.normalSize = try golden.integer("latent_norm_n")
    configuration.normalVariables = try golden.integer("num_of_norm_var")
    configuration.stickTheLanding = golden.boolean("stick_the_landing")
    guard
      type == "VAE" ? configuration.hasNormalPart : !type.hasSuffix("_Dis") || !configuration.hasNormalPart
    else { throw GoldenError(message: "\(golden): \(type) with latent_norm_n \(configuration.normalSize)") }

    var known: Set<String> = ["x"]
    images = try inputs.array("x").float32.map(Double.init)
    var noises: [[Double]] = []
    if configuration.hasNormalPart {
      known.insert("noise_normal")
      noises.append(try inputs.array("noise_normal").float32.map(Double.init))
    }
    if configuration.hasDiscretePart {
      known.insert("noise")
      let noise = try inputs.array("noise")
      noises.append(relaxation == .gumbelSoftmax ? gumbel(noise) : noise.float32.map(Double.init))
    }
    if configuration.hasDiscretePart, relaxation != .gumbelSoftmax, inputs.keys.contains("mu0") {
      known.formUnion(["mu0", "xi0"])
      configuration.prior = VAEConfiguration.Prior(
        mu: try inputs.array("mu0").float32.map(Double.init),
        xi: try inputs.array("xi0").float32.map(Double.init))
    }
    try inputs.requireKeys(within: known)
    self.noises = noises
    self.configuration = configuration
  }

  private static func relaxation(
    _ type: String, _ golden: GoldenCase
  ) throws -> VAEConfiguration.Relaxation {
    switch type {
    case "VAE": return .none
    case "GS", "GS_Dis": return .gumbelSoftmax
    case "IGR_I", "IGR_I_Dis": return .igrI
    case "IGR_Planar", "IGR_Planar_Dis": return .igrPlanar
    case "IGR_SB_Finite", "IGR_SB_Finite_Dis": return .igrSBFinite
    case "IGR_SB", "IGR_SB_Dis":
      let option: Truncation.Option
      switch try golden.text("truncation_option") {
      case "quantile": option = .quantile(try golden.number("quantile"))
      case "max": option = .maximum
      case let name: throw GoldenError(message: "\(golden): truncation option \(name)")
      }
      return .igrSB(Truncation(option: option, threshold: try golden.number("threshold")))
    default: throw GoldenError(message: "\(golden): model_type \(type) not understood")
    }
  }

  private static func networks(_ golden: GoldenCase, pixels: Int) throws -> ImageNetworks {
    let name = try golden.text("architecture")
    guard let architecture = Architecture(rawValue: name) else {
      throw GoldenError(message: "\(golden): architecture \(name) not understood")
    }
    let channels = golden.keys.contains("channels") ? try golden.integer("channels") : 1
    let side = Int(Double(pixels / channels).squareRoot().rounded())
    let isSquare = side * side * channels == pixels
    let image = ImageShape(
      height: isSquare ? side : 1, width: isSquare ? side : pixels / channels, channels: channels)
    if let refusal = Network.refusal(architecture, image: image) {
      throw GoldenError(message: "\(golden): \(refusal)")
    }
    func units(_ key: String) throws -> [Int]? { architecture.sides == nil ? try golden.integers(key) : nil }
    let isGaussian = try golden.text("likelihood") == "gaussian"
    return ImageNetworks(
      image: image, architecture: architecture, encoderUnits: try units("hidden_encoder"),
      decoderUnits: try units("hidden_decoder"), likelihood: isGaussian ? .gaussian : .bernoulli,
      // The files' Gaussian decoders end as those of the data sets that have them.
      outputActivation: isGaussian ? .elu : .linear)
  }

  /// The files' names of the trained arrays, in the order of `configuration.parameters`.
  var parameterNames: [String] {
    configuration.parameters.map { parameter in
      let name = parameter.name
      if name.hasPrefix("flow_"), let layer = name.dropFirst(5).first, let array = name.last {
        return "flow_\(array)\(layer)"
      }
      return name.replacing("/kernel", with: "_W").replacing("/bias", with: "_b")
    }
  }

  /// Every tensor that a file may hold, by the files' names.
  func outputs(of graph: VAEGraph) -> [String: Node] {
    let divergences = [graph.normalDivergence, graph.discreteDivergence].compactMap(\.self)
    let divergence = divergences.dropFirst().reduce(divergences[0]) { $0 + $1 }
    let bound = importanceWeightedBound(logWeights: graph.logLikelihood - divergence)
    var outputs = [
      "decoder_input": graph.decoderInput, "logits": graph.decoderOutput, "log_px": graph.logLikelihood,
      "kl": divergence, "loss": graph.loss, "iwae_loss": -bound.mean(0, 1).reshaped([]),
    ]
    if let part = graph.normal {
      outputs["mean"] = part.mean
      outputs["log_var"] = part.logVariance
      outputs["z_normal"] = part.sample
      outputs["kl_continuous"] = graph.normalDivergence
      outputs["kl_continuous_closed"] = part.closedDivergence
    }
    if let part = graph.discrete {
      outputs["kl_discrete"] = graph.discreteDivergence
      outputs["log_psi"] = part.logPsi
      outputs["psi"] = graph.latent
      if configuration.relaxation == .gumbelSoftmax {
        outputs["log_alpha"] = part.posterior[0]
      } else {
        outputs["mu"] = part.posterior[0]
        outputs["xi"] = part.posterior[1]
        outputs["kappa"] = part.kappa
        outputs["lam"] = part.lambda
      }
      if !configuration.hasSampledProbabilities {
        outputs["kl_closed"] = part.categories().divergenceFromUniform
      }
      outputs["n_required"] = part.required
    }
    return outputs
  }
}
