import Differentiation
import Tensors
import TestSupport
import Testing

/// Convolutions and transposed convolutions with bias against independently computed numbers.
@Suite struct GoldenConvolutionTests {
  @Test func everyCase() throws {
    for test in try GoldenFile.cases(of: "conv") {
      #expect(
        test.keys.isSubset(of: [
          "name", "kind", "kernel_size", "stride", "padding", "inputs", "outputs", "cotangent", "vjp",
        ]), "\(test)")
      let inputs = try test.part("inputs")
      #expect(inputs.keys == ["x", "kernel", "bias"], "\(test)")
      #expect(try test.part("outputs").keys == ["y"], "\(test)")
      #expect(try test.part("cotangent").keys == ["y"], "\(test)")
      #expect(try test.part("vjp").keys == ["x", "kernel", "bias"], "\(test)")

      let graph = Graph()
      let x = graph.input(like: try inputs.array("x"))
      let kernel = graph.input(like: try inputs.array("kernel"))
      let bias = graph.input(like: try inputs.array("bias"))
      let size = try test.integer("kernel_size")
      #expect([kernel.shape[0], kernel.shape[1]] == [size, size], "\(test)")
      let maps = try #require(try filtered(x, kernel, by: test), "\(test): kind or padding not understood")
      let y = maps + bias.reshaped([1, 1, 1, bias.shape.count])
      let cotangent = graph.input(y.shape)

      var evaluation = GoldenEvaluation()
      evaluation.set(x, try inputs.array("x"))
      evaluation.set(kernel, try inputs.array("kernel"))
      evaluation.set(bias, try inputs.array("bias"))
      evaluation.set(cotangent, try test.part("cotangent").array("y"))
      let want = try test.part("outputs").array("y")
      #expect(y.shape == Shape(want.shape), "\(test)")
      evaluation.expect("y", y, want)
      let gradients = graph.gradients(of: y, cotangent: cotangent, withRespectTo: [x, kernel, bias])
      for (name, gradient) in zip(["x", "kernel", "bias"], gradients) {
        evaluation.expect("vjp \(name)", gradient, try test.part("vjp").array(name))
      }
      #expect(evaluation.disagreements() == [], "\(test)")
    }
  }

  /// Nil where the case asks for what the engine does not have.
  private func filtered(_ x: Node, _ kernel: Node, by test: GoldenCase) throws -> Node? {
    let stride = try test.integer("stride")
    return switch (try test.text("kind"), try test.text("padding")) {
    case ("conv2d", "same"): .convolution(x, kernel, stride: stride, padding: .same)
    case ("conv2d", "valid"): .convolution(x, kernel, stride: stride, padding: .valid)
    case ("conv2d_transpose", "same"): .transposedConvolution(x, kernel, stride: stride)
    default: nil
    }
  }
}
