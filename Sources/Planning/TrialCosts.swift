import ResultStore
import Trials

/// What finished trials took, to tell what others will take.
public struct TrialCosts: Sendable {
  /// What one trial will take, and how that is known.
  public struct Estimate: Hashable, Sendable {
    public var coreSeconds: Double
    public var byteCount: Double
    /// Finished trials that it comes from.
    public var basis: Int
    /// Results folders that hold them.
    public var folders: Set<String>
  }

  private struct Sample {
    let cost: TrialCost
    let folder: String
  }
  /// Same model, architecture and data: what a cost is told from where no trial is closer.
  private struct Kind: Hashable {
    let values: [HyperparameterValue?]

    init(_ configuration: TrialConfiguration) {
      let names = ["experiment", "model_type", "architecture", "dataset_name", "run_with_sample", "resize"]
      values = names.map { configuration.values[$0] }
    }
  }

  /// By everything but what a cost does not depend on.
  private var close: [String: [Sample]] = [:]
  private var kinds: [Kind: [Sample]] = [:]

  /// As many finished trials of one kind as make a mean.
  private static let enough = 20
  /// Trial files that are looked at in one folder, so that a plan is told in a second or two.
  private static let filesPerFolder = 200

  public init() {}

  /// Looks at finished trials of folders, the first folder first, until enough is known for all that is planned.
  /// What cannot be read is passed over.
  public init(from folders: [RunPaths], for trials: [Trial]) {
    let planned = Dictionary(trials.map { ($0.configuration.templateIdentifier, $0.configuration) }) {
      first, _ in first
    }
    var lacking = Set(planned.values.map(Kind.init))
    for paths in folders where !lacking.isEmpty {
      let published = (try? paths.publishedTrials()) ?? []
      for id in published.prefix(Self.filesPerFolder) where !lacking.isEmpty {
        guard let cost = try? TrialFile.readCost(paths.trialFile(id)) else { continue }
        add(cost, in: paths.root)
        let kind = Kind(cost.trial.configuration)
        if (kinds[kind]?.count ?? 0) >= Self.enough { lacking.remove(kind) }
      }
    }
  }

  public mutating func add(_ cost: TrialCost, in folder: String) {
    let sample = Sample(cost: cost, folder: folder)
    close[Self.key(cost.trial.configuration), default: []].append(sample)
    kinds[Kind(cost.trial.configuration), default: []].append(sample)
  }

  /// Mean over the closest finished trials, in proportion to the epochs, or to the optimiser's steps where batches
  /// differ; nil where none has the same model, architecture and data.
  public func estimate(of configuration: TrialConfiguration) -> Estimate? {
    let samples = close[Self.key(configuration)] ?? kinds[Kind(configuration)] ?? []
    guard !samples.isEmpty else { return nil }
    let seconds = samples.map {
      $0.cost.coreSeconds * Self.share(of: configuration, $0.cost.trial.configuration)
    }
    return Estimate(
      coreSeconds: seconds.reduce(0, +) / Double(samples.count),
      byteCount: samples.reduce(0.0) { $0 + Double($1.cost.byteCount) } / Double(samples.count),
      basis: samples.count, folders: Set(samples.map(\.folder)))
  }

  private static func key(_ configuration: TrialConfiguration) -> String {
    configuration.identityJSON(without: TrialConfiguration.costFreeNames)
  }

  private static func share(of planned: TrialConfiguration, _ finished: TrialConfiguration) -> Double {
    if let steps = planned.optimizerSteps, let done = finished.optimizerSteps, done > 0 {
      return Double(steps) / Double(done)
    }
    return Double(planned.epochs) / Double(finished.epochs)
  }
}
