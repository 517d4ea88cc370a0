import Glibc
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
      case .constant(let value):
        weights.update(repeating: Float(value))
      case .glorotUniform(let inputs, let outputs):
        key.fillGlorotUniform(weights, fanIn: inputs, fanOut: outputs, step: step)
      case .heNormal(let inputs):
        key.fillNormal(weights, deviation: (2 / Float(inputs)).squareRoot(), step: step)
      case .equalPieces:
        let sticks = parameter.shape[0]
        let perStick = weights.count / sticks
        for place in weights.indices { weights[place] = Float(-log(Double(sticks - place / perStick))) }
      case .normal(let deviation):
        key.fillNormal(weights, deviation: Float(deviation), step: step)
      }
    }
  }
}
