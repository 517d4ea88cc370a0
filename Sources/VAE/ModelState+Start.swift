import Randomness

extension ModelState where S == Float {
  /// Draws the initial weights; biases are zero.
  ///
  /// - Parameter key: of purpose `weights`; each array has its own step.
  public func start(key: RandomKey) {
    for (index, parameter) in parameters.enumerated() {
      guard case .glorotUniform(let inputs, let outputs) = parameter.start else { continue }
      key.fillGlorotUniform(values(.weights, of: index), fanIn: inputs, fanOut: outputs, step: UInt64(index))
    }
  }
}
