import Differentiation
import Glibc

/// The capacity that JointVAE lets a divergence have: a straight line over the first steps, then constant
/// (Dupont 2018, section 3.2; engine specification part 7). In nats.
public struct CapacitySchedule: Hashable, Sendable {
  public let start: Double
  public let end: Double
  /// Steps over which the capacity goes from `start` to `end`.
  public let steps: Int
  /// What the capacity never exceeds.
  public let limit: Double

  /// A continuous part's schedule: no limit.
  public init(from start: Double, to end: Double, over steps: Int) {
    self.init(from: start, to: end, over: steps, limit: .infinity)
  }

  /// A discrete part's schedule, capped by the most that V variables of K categories can carry: V·log K.
  public init(from start: Double, to end: Double, over steps: Int, variables: Int, categories: Int) {
    self.init(from: start, to: end, over: steps, limit: Double(variables) * log(Double(categories)))
  }

  private init(from start: Double, to end: Double, over steps: Int, limit: Double) {
    precondition(steps >= 0, "a schedule of \(steps) steps")
    self.start = start
    self.end = end
    self.steps = steps
    self.limit = limit
  }

  /// - Parameter step: the optimiser's, 0 for the first.
  public func capacity(at step: Int) -> Double {
    let share = step >= steps ? 1 : Double(step) / Double(steps)
    return min(start + (end - start) * share, limit)
  }
}

/// JointVAE in place of the ELBO: the weight γ of both penalties and the capacities' schedules.
public struct JointObjective: Hashable, Sendable {
  public var gamma: Double
  public var continuous: CapacitySchedule
  public var discrete: CapacitySchedule

  public init(gamma: Double, continuous: CapacitySchedule, discrete: CapacitySchedule) {
    self.gamma = gamma
    self.continuous = continuous
    self.discrete = discrete
  }
}

/// JointVAE's loss: −mean log p(x|z) + γ·|mean KL_cont − C_cont| + γ·|mean KL_disc − C_disc|, means over batch and
/// samples (Dupont 2018, equation 7; engine specification part 7).
///
/// - Parameters:
///   - logLikelihood: [B, S].
///   - continuousDivergence: [B, S] or [B, 1].
///   - discreteDivergence: [B, S] or [B, 1].
///   - continuousCapacity: C_cont of the step, shape [].
///   - discreteCapacity: C_disc of the step, shape [].
/// - Returns: shape [].
public func jointObjective(
  logLikelihood: Node, continuousDivergence: Node, discreteDivergence: Node, gamma: Double,
  continuousCapacity: Node, discreteCapacity: Node
) -> Node {
  jointPenalty(continuousDivergence, capacity: continuousCapacity, gamma: gamma)
    + jointPenalty(discreteDivergence, capacity: discreteCapacity, gamma: gamma)
    - logLikelihood.mean(0, 1).reshaped([])
}

/// γ·|mean KL − C|, shape [].
func jointPenalty(_ divergence: Node, capacity: Node, gamma: Double) -> Node {
  let distance = divergence.mean(0, 1).reshaped([]) - capacity
  return gamma * Node.maximum(distance, -distance)
}
