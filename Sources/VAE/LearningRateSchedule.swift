/// A learning rate that falls as rate/(1 + decay·i) with the optimiser's step i, 0 for the first, and not below a
/// minimum (engine specification part 10).
public struct LearningRateSchedule: Hashable, Sendable {
  public var rate: Double
  /// `weight_decay`; 0 keeps the rate constant.
  public var decay: Double
  public var minimum: Double

  public init(rate: Double, decay: Double, minimum: Double) {
    self.rate = rate
    self.decay = decay
    self.minimum = minimum
  }

  public func rate(atStep step: Int) -> Double { max(rate / (1 + decay * Double(step)), minimum) }
}
