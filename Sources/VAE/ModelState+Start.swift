import Randomness

extension ModelState where S == Float {
  /// Draws the initial weights.
  ///
  /// - Parameter key: of purpose `weights`; each array has its own step.
  public func start(key: RandomKey) {
    for (index, parameter) in parameters.enumerated() {
      let (weights, step) = (values(.weights, of: index), UInt64(index))
      switch parameter.start {
      case .zero:
        weights.update(repeating: 0)
      case .numbers(let numbers):
        _ = weights.update(fromContentsOf: numbers.map(Float.init))
      case .constant(let value):
        weights.update(repeating: Float(value))
      case .glorotUniform(let inputs, let outputs):
        key.fillGlorotUniform(weights, fanIn: inputs, fanOut: outputs, step: step)
      case .heNormal(let inputs):
        key.fillNormal(weights, deviation: (2 / Float(inputs)).squareRoot(), step: step)
      case .normal(let deviation):
        key.fillNormal(weights, deviation: Float(deviation), step: step)
      }
    }
  }
}
