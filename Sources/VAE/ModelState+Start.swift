import Randomness

extension ModelState where S == Float {
  /// Draws the initial weights; biases are zero, constants as given.
  ///
  /// - Parameter key: of purpose `weights`; each array has its own step.
  public func start(key: RandomKey) {
    for (index, parameter) in parameters.enumerated() {
      let weights = values(.weights, of: index)
      switch parameter.start {
      case .zero:
        weights.update(repeating: 0)
      case .constant(let value):
        weights.update(repeating: Float(value))
      case .glorotUniform(let inputs, let outputs):
        key.fillGlorotUniform(weights, fanIn: inputs, fanOut: outputs, step: UInt64(index))
      case .normal(let deviation):
        key.fill(weights, .normal, step: UInt64(index))
        for element in weights.indices { weights[element] *= Float(deviation) }
      }
    }
  }
}
