import Trials

/// One lease: the right of one worker to work on one attempt at a trial.
public struct TrialLease: Hashable, Sendable, CustomStringConvertible {
  public let trial: TrialID
  public let token: FencingToken

  public init(trial: TrialID, token: FencingToken) {
    self.trial = trial
    self.token = token
  }

  public var description: String { "trial \(trial), lease \(token)" }
}
