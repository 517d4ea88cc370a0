import Randomness
import VAE

/// A model whose training step is measured.
struct Subject {
  let name: String
  let architecture: String
  let model: any Model
  /// Which products its step needs.
  let work: StepWork
  var batch = 100
  var rounds = 60
}

extension Subject {
  static let all = relaxed + unrelaxed + mixtures + convolutional + structured

  static let relaxations: [(name: String, relaxation: VAEConfiguration.Relaxation)] = [
    ("GS_Dis", .gumbelSoftmax), ("IGR_I_Dis", .igrI), ("IGR_Planar_Dis", .igrPlanar),
    ("IGR_SB_Finite_Dis", .igrSBFinite),
    ("IGR_SB_Dis", .igrSB(Truncation(option: .quantile(50), threshold: 0.9))),
  ]

  static func model(
    _ relaxation: VAEConfiguration.Relaxation, _ architecture: Architecture
  ) -> VAEConfiguration {
    VAEConfiguration(
      relaxation: relaxation, temperature: 0.5, categories: 10, variables: 20,
      networks: networks(architecture))
  }

  private static func networks(_ architecture: Architecture) -> ImageNetworks {
    let side = architecture == .convJointVAE ? 32 : 28
    return ImageNetworks(
      image: ImageShape(height: side, width: side, channels: 1), architecture: architecture)
  }

  private static var relaxed: [Subject] {
    [Architecture.dense, .denseNonlinear, .denseRelax].flatMap { architecture in
      relaxations.map { name, relaxation in
        Subject(
          name: name, architecture: architecture.rawValue, model: model(relaxation, architecture),
          work: StepWork(.relaxed), rounds: 200)
      }
    }
  }

  private static var unrelaxed: [Subject] {
    let kinds: [(String, RelaxConfiguration.Kind)] = [
      ("Relax_GS_Dis", .categorical), ("Relax_Ber_Dis", .bernoulli), ("Relax_IGR", .igr),
    ]
    return kinds.map { name, kind in
      Subject(
        name: name, architecture: Architecture.denseRelax.rawValue,
        model: RelaxConfiguration(
          kind: kind, categories: kind == .bernoulli ? 200 : 10, variables: kind == .bernoulli ? 1 : 20,
          networks: networks(.denseRelax)),
        work: StepWork(.controlled(points: kind == .igr ? 1 : 2, hasBits: kind == .bernoulli)))
    }
  }

  private static var mixtures: [Subject] {
    let truncation = Truncation(option: .quantile(75), threshold: 0.9999)
    let kinds: [(String, MixtureConfiguration.Sticks, Truncation?)] = [
      ("DLGMM", .kumaraswamy, nil), ("DLGMM_Var", .kumaraswamy, truncation),
      ("DLGMM_IGR", .logitNormal, nil), ("DLGMM_IGR_SB", .logitNormal, truncation),
    ]
    return kinds.map { name, sticks, truncation in
      let model = MixtureConfiguration(
        sticks: sticks, truncation: truncation, networks: networks(.dlgmmDense),
        priorKey: RandomKey(seed: 1, purpose: .mixturePrior))
      return Subject(
        name: name, architecture: Architecture.dlgmmDense.rawValue, model: model,
        work: StepWork(.mixture(components: model.components)), rounds: 20)
    }
  }

  private static var convolutional: [Subject] {
    [
      Subject(
        name: "IGR_I_Dis", architecture: Architecture.conv.rawValue, model: model(.igrI, .conv),
        // 13×13 and 6×6 windows; and on the way back 7×7, 14×14 and 28×28.
        work: StepWork(.relaxed, windows: [169, 36, 49, 196, 784]), rounds: 20),
      Subject(
        name: "IGR_I_Dis", architecture: Architecture.convJointVAE.rawValue,
        model: model(.igrI, .convJointVAE),
        // 16×16, 8×8 and 4×4 windows, and back.
        work: StepWork(.relaxed, windows: [256, 64, 16, 16, 64, 256]), batch: 64, rounds: 30),
    ]
  }

  private static var structured: [Subject] {
    let kinds: [(String, StructuredOutputConfiguration.Relaxation)] = [
      ("GS_Dis", .gumbelSoftmax), ("IGR_I_Dis", .igrI), ("IGR_Planar_Dis", .igrPlanar),
    ]
    return kinds.map { name, relaxation in
      Subject(
        name: name, architecture: StructuredOutputConfiguration.Network.nonlinear.rawValue,
        model: StructuredOutputConfiguration(relaxation: relaxation, network: .nonlinear, temperature: 0.5),
        work: StepWork(.relaxed), rounds: 200)
    }
  }
}
