import Glibc
import Tensors
import TestSupport
import Testing

@testable import Differentiation

/// Category probabilities keep what they evaluated for their gradient, as far as there is room.
@Suite struct KeptQuadratureTests {
  /// Of every other variable widths are alike and take few nodes. Those of the others are alike too, so that everything is
  /// kept, or so different that some find no room and a later one with fewer nodes does.
  @Test(arguments: [(0.5, 1.0), (0.01, 4.0)], [1, 9])
  func gradientsAreThoseOfEachVariableAlone(widths: (Double, Double), sticks: Int) {
    let (batch, variables) = (3, 4)
    var generator = SplitMix64(seed: 17)
    let count = batch * sticks * variables
    let means: [Float] = (0..<count).map { _ in Float(generator.uniform(-2, 2)) }
    let deviations: [Float] = (0..<count).map { place in
      let (low, high) = place % variables % 2 == 1 ? (0.5, 1.0) : widths
      return Float(exp(generator.uniform(log(low), log(high))))
    }
    let slopes: [Float] = (0..<batch * (sticks + 1) * variables).map { _ in Float(generator.uniform(-1, 1)) }

    func outcome(
      _ shape: (Int, Int), _ means: [Float], _ deviations: [Float], _ slopes: [Float], withValue: Bool
    ) -> (value: [Float], gradients: [[Float]]) {
      let graph = Graph()
      let (mu, sigma) = (
        graph.input([shape.0, sticks, 1, shape.1]), graph.input([shape.0, sticks, 1, shape.1])
      )
      let upstream = graph.input([shape.0, sticks + 1, 1, shape.1])
      let value = Node.categoryProbabilities(mu: mu, sigma: sigma)
      let gradients = graph.gradients(of: value, cotangent: upstream, withRespectTo: [mu, sigma])
      // A second gradient from the same evaluation.
      let others = graph.gradients(of: value, cotangent: 2 * upstream, withRespectTo: [mu, sigma])
      let outputs = (withValue ? [value] : []) + gradients + others + [mu, sigma, upstream]
      let program = Program<Float>(outputs: outputs)
      // The first run, of other widths, keeps another number of variables.
      for deviations in [deviations.map { 1.5 - min($0, 1) }, deviations] {
        program.set(mu, means)
        program.set(sigma, deviations)
        program.set(upstream, slopes)
        program.run()
      }
      for (one, two) in zip(gradients, others) {
        let (one, two) = (Array(program.values(of: one)), Array(program.values(of: two)))
        // Twice the same, but for what is rounded where numbers become denormal.
        #expect(zip(one, two).allSatisfy { abs(2 * $0 - $1) < 1e-36 })
      }
      return (
        withValue ? Array(program.values(of: value)) : [], gradients.map { Array(program.values(of: $0)) }
      )
    }

    let all = outcome((batch, variables), means, deviations, slopes, withValue: true)
    #expect(
      outcome((batch, variables), means, deviations, slopes, withValue: false).gradients == all.gradients)
    for item in 0..<batch {
      for variable in 0..<variables {
        func column(_ x: [Float], _ length: Int) -> [Float] {
          (0..<length).map { x[(item * length + $0) * variables + variable] }
        }
        let alone = outcome(
          (1, 1), column(means, sticks), column(deviations, sticks), column(slopes, sticks + 1),
          withValue: true)
        #expect(column(all.value, sticks + 1) == alone.value, "value at \(item), \(variable)")
        for (whole, one) in zip(all.gradients, alone.gradients) {
          #expect(column(whole, sticks) == one, "gradient at \(item), \(variable)")
        }
      }
    }
  }

  /// Value and kept masses are one pass.
  @Test func valueAndGradientEvaluateOnce() {
    let graph = Graph()
    let (mu, sigma) = (graph.input([2, 3, 1, 2]), graph.input([2, 3, 1, 2]))
    let value = Node.categoryProbabilities(mu: mu, sigma: sigma)
    let upstream = graph.input(value.shape)
    let gradients = graph.gradients(of: value, cotangent: upstream, withRespectTo: [mu, sigma])
    let both = Program<Float>(outputs: [value] + gradients)
    #expect(both.stepCount == Program<Float>(outputs: gradients).stepCount)
  }
}
