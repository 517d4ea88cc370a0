import Testing

@testable import VAE

/// The models of images that one graph trains, and what each may be trained with.
struct ModelKind: CustomTestStringConvertible, Sendable {
  /// `model_type` without `_Dis`.
  let name: String
  let relaxation: VAEConfiguration.Relaxation
  /// KL terms of the discrete part that have a gradient.
  let divergences: [VAEConfiguration.Divergence]
  var testDescription: String { name }

  static let all = [
    ModelKind(name: "VAE", relaxation: .none, divergences: [.sampled]),
    ModelKind(name: "GS", relaxation: .gumbelSoftmax, divergences: [.sampled, .discrete]),
    ModelKind(name: "IGR_I", relaxation: .igrI, divergences: [.sampled, .discrete, .gaussian]),
    ModelKind(name: "IGR_Planar", relaxation: .igrPlanar, divergences: [.sampled]),
    ModelKind(name: "IGR_SB_Finite", relaxation: .igrSBFinite, divergences: [.sampled, .gaussian]),
    ModelKind(
      name: "IGR_SB", relaxation: .igrSB(Truncation(option: .quantile(50), threshold: 0.8)),
      divergences: [.sampled, .gaussian]),
  ]

  /// A model of this kind with the normal part that `normal` trains, if any.
  func configuration(
    temperature: Double, categories: Int, variables: Int, divergence: VAEConfiguration.Divergence,
    normal: VAEConfiguration.NormalDivergence?, stickTheLanding: Bool, networks: ImageNetworks
  ) -> VAEConfiguration {
    var configuration = VAEConfiguration(
      relaxation: relaxation, temperature: temperature, categories: categories, variables: variables,
      networks: networks)
    configuration.divergence = divergence
    configuration.stickTheLanding = stickTheLanding
    if let normal {
      (configuration.normalSize, configuration.normalVariables) = (2, 2)
      configuration.normalDivergence = normal
    }
    return configuration
  }

  /// No normal part, or one with either KL; `VAE` always has one.
  var normalDivergences: [VAEConfiguration.NormalDivergence?] {
    (relaxation == .none ? [] : [nil]) + [.sampled, .closed]
  }
}
