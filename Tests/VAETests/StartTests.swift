import Glibc
import Randomness
import Tensors
import Testing

@testable import VAE

/// How weights start: variances within five standard errors, and each array with numbers of its own.
@Suite struct StartTests {
  static let seed: UInt64 = 5_945

  private func started(_ parameters: [Parameter]) -> ModelState<Float> {
    let state = ModelState<Float>(parameters: parameters)
    state.start(key: RandomKey(seed: Self.seed, purpose: .weights))
    return state
  }

  /// - Parameter kurtosis: E x⁴/σ⁴; the variance of n draws has relative variance (kurtosis − 1)/n.
  private func expectMoments(
    _ values: some Collection<Float>, variance: Double, kurtosis: Double, _ name: String
  ) {
    let n = Double(values.count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / n
    let measured = values.reduce(0.0) { $0 + Double($1) * Double($1) } / n
    #expect(abs(mean) <= 5 * (variance / n).squareRoot(), "\(name), seed \(Self.seed)")
    #expect(
      abs(measured / variance - 1) <= 5 * ((kurtosis - 1) / n).squareRoot(), "\(name), seed \(Self.seed)")
  }

  @Test(arguments: Architecture.allCases) func everyKernelFollowsItsLaw(_ architecture: Architecture) {
    let side = architecture == .convJointVAE ? 32 : 28
    let image = ImageShape(height: side, width: side, channels: 1)
    let parameters =
      Network.encoder(architecture, image: image, heads: [90, 90]).parameters
      + Network.decoder(architecture, latent: 100, image: image, planes: 2).parameters
    let state = started(parameters)
    for (index, parameter) in parameters.enumerated() {
      let values = state.values(.weights, of: index)
      switch parameter.start {
      case .zero:
        #expect(values.allSatisfy { $0 == 0 })
      case .glorotUniform(let inputs, let outputs):
        let limit = (6 / Double(inputs + outputs)).squareRoot()
        #expect(values.allSatisfy { abs(Double($0)) <= limit * (1 + 1e-6) })
        expectMoments(values, variance: limit * limit / 3, kurtosis: 1.8, parameter.name)
      case .heNormal(let inputs):
        expectMoments(values, variance: 2 / Double(inputs), kurtosis: 3, parameter.name)
      case .normal, .constant, .equalPieces:
        Issue.record("\(parameter.name): no layer starts so")
      }
    }
  }

  @Test func normalOfAGivenDeviation() {
    let parameters = ["first", "second"].map {
      Parameter(
        name: $0, axes: ["category", "variable"], shape: [100, 101], start: .normal(deviation: 0.05))
    }
    let state = started(parameters)
    for (index, parameter) in parameters.enumerated() {
      expectMoments(state.values(.weights, of: index), variance: 0.0025, kurtosis: 3, parameter.name)
    }
    #expect(Array(state.values(.weights, of: 0)) != Array(state.values(.weights, of: 1)))
  }

  /// η = sigmoid(start) breaks the same piece off every time, and as much remains.
  @Test func sticksBeginAtEqualPieces() {
    let state = started([
      Parameter(name: "mu", axes: ["stick", "variable"], shape: [7, 2], start: .equalPieces)
    ])
    for variable in 0..<2 {
      var rest = 1.0
      for stick in 0..<7 {
        let fraction = 1 / (1 + exp(-Double(state.values(.weights, of: 0)[2 * stick + variable])))
        #expect(abs(fraction * rest - 1.0 / 8) < 1e-7)
        rest *= 1 - fraction
      }
      #expect(abs(rest - 1.0 / 8) < 1e-7)
    }
  }

  @Test func aSecondStartForgetsWhatWasTrained() {
    let parameters = Network.encoder(
      .dense, image: ImageShape(height: 3, width: 3, channels: 1), heads: [4]
    ).parameters
    let state = started(parameters)
    let first = parameters.indices.map { Array(state.values(.weights, of: $0)) }
    for index in parameters.indices { state.values(.weights, of: index).update(repeating: 7) }
    state.start(key: RandomKey(seed: Self.seed, purpose: .weights))
    #expect(parameters.indices.map { Array(state.values(.weights, of: $0)) } == first)
  }
}
