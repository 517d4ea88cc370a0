import FoundationEssentials
import Testing
import Trials

@testable import SweepFiles

@Suite struct SweepPlanTests {
  private func plan(_ text: String, set overrides: [String] = []) throws -> SweepPlan {
    try SweepDefinition.parse(text, path: "s.yaml", overrides: overrides).plan { _ in "data" }
  }
  private func labels(_ text: String, set overrides: [String] = []) throws -> [String] {
    let plan = try plan(text, set: overrides)
    return plan.sweep.trials.map(plan.label)
  }

  /// The specification's example: 12 + 8 trials.
  static let example = """
    name: example
    description: one line
    base: {dataset_name: mnist, architecture: dense_nonlinear, epochs: 300, batch_n: 100}
    cases:
      - {model_type: GS_Dis, n_required: 10}
      - {model_type: IGR_I_Dis, n_required: 49}
    grid:
      temp: [0.15, 0.5, 1.0]
      seed: [5328, 5945]
    zip:
      learning_rate: [1.0e-3, 1.0e-4]
      check_every: [1, 5]
    exclude: [{model_type: GS_Dis, temp: 0.15}]
    objective: {metric: train_loss}
    checkpoint: {every_seconds: 30}
    retry: {lost: 5, crash: 4, oom: 2}
    early_stopping: none
    resources: {threads: 2}
    """

  @Test func theSpecificationsExample() throws {
    let plan = try plan(Self.example)
    let models = plan.sweep.trials.map(\.configuration.modelType)
    #expect(models.count { $0 == .igrIDis } == 12)
    #expect(models.count { $0 == .gsDis } == 8)
    #expect(plan.excludedCount == 4)
    #expect(plan.warnings == [])
    #expect(plan.varying.names == ["model_type", "temp", "learning_rate", "seed"])
    #expect(plan.sweep.name == "example")
    #expect(plan.sweep.summary == "one line")
    #expect(plan.sweep.objective == Objective(metric: .trainLoss, direction: .minimize))
    #expect(plan.sweep.checkpoint.everySeconds == 30)
    #expect(plan.sweep.retry == RetryBudget(lost: 5, crash: 4, outOfMemory: 2))
    #expect(plan.sweep.trials.allSatisfy { $0.threads == 2 && $0.dataDigest == "data" })
  }

  @Test func casesAreOutermostAndTheZipInnermost() throws {
    #expect(
      try labels(Self.example).prefix(6) == [
        "GS_Dis temp=0.5 learning_rate=0.001 seed=5328", "GS_Dis temp=0.5 learning_rate=0.0001 seed=5328",
        "GS_Dis temp=0.5 learning_rate=0.001 seed=5945", "GS_Dis temp=0.5 learning_rate=0.0001 seed=5945",
        "GS_Dis temp=1 learning_rate=0.001 seed=5328", "GS_Dis temp=1 learning_rate=0.0001 seed=5328",
      ])
  }

  @Test func aLaterPlaceWins() throws {
    let text = """
      name: s
      base: {dataset_name: mnist, model_type: GS_Dis, temp: 1, epochs: 1, batch_n: 1, seed: 1}
      cases: [{epochs: 2, batch_size: 2, seed: 2}]
      grid: {batch_n: [3], seed: [3]}
      """
    let plan = try plan(text, set: ["seed=4"])
    #expect(plan.sweep.trials.count == 1)
    let configuration = plan.sweep.trials[0].configuration
    #expect(configuration.temperature == 1)
    #expect(configuration.epochs == 2)
    #expect(configuration.batchN == 3)
    #expect(configuration.seed == 4)
  }

  static let good = """
    name: s
    base: {dataset_name: mnist, model_type: GS_Dis}
    grid: {temp: [0.1, 0.5], seed: [1, 2]}

    """

  static let overridden: [([String], [String])] = [
    ([], ["temp=0.1 seed=1", "temp=0.1 seed=2", "temp=0.5 seed=1", "temp=0.5 seed=2"]),
    (["temp=0.3"], ["seed=1", "seed=2"]),
    (["temp=[0.2, 0.4]", "seed=7"], ["temp=0.2", "temp=0.4"]),
    (["temp={linspace: [0.1, 0.3, 3]}", "seed=7"], ["temp=0.1", "temp=0.2", "temp=0.3"]),
    (["epochs=[1, 2]", "seed=7", "temp=1"], ["epochs=1", "epochs=2"]),
    (["seed=7", "temp=1", "temp=[2, 3]"], ["temp=2", "temp=3"]),
    (["temp=1", "num_of_repetitions=3"], ["seed=1", "seed=2", "seed=3"]),
    (["temp=1", "num_of_repetitions=3", "seed=9"], ["GS_Dis"]),
    (["temp=1", "seed=9", "num_of_repetitions=2"], ["seed=1", "seed=2"]),
  ]

  @Test(arguments: overridden) func optionsReplaceAxes(_ overrides: [String], _ expected: [String]) throws {
    #expect(try labels(Self.good, set: overrides) == expected)
  }

  @Test func anOptionTakesANameOutOfTheZip() throws {
    let text = Self.good + "zip: {epochs: [1, 2], batch_n: [10, 20]}\n"
    let fixed = try plan(text, set: ["epochs=7", "temp=1", "seed=1"])
    #expect(fixed.sweep.trials.map(\.configuration.batchN) == [10, 20])
    #expect(fixed.sweep.trials.allSatisfy { $0.configuration.epochs == 7 })
    #expect(try plan(text, set: ["epochs=7", "batch_n=3"]).sweep.trials.count == 4)
    let spread = try plan(text, set: ["epochs=[7, 8, 9]", "temp=1", "seed=1"])
    #expect(spread.sweep.trials.map(\.configuration.epochs) == [7, 7, 8, 8, 9, 9])
  }

  @Test func settingsCanBeSet() throws {
    let plan = try plan(
      Self.good,
      set: [
        "name=other", "checkpoint.every_seconds=1e1", "resources.threads=3", "retry.lost=0",
        "objective.metric=val_elbo", "validation_n=5000", "description=a b",
      ])
    #expect(plan.sweep.name == "other")
    #expect(plan.sweep.summary == "a b")
    #expect(plan.sweep.checkpoint.everySeconds == 10)
    #expect(plan.sweep.retry.lost == 0)
    #expect(plan.sweep.trials[0].threads == 3)
    #expect(plan.sweep.objective == Objective(metric: .valELBO, direction: .maximize))
  }

  @Test(arguments: ["num_of_repetitions: 3\n", "BASE"]) func repetitionsAreSeedsFromOne(_ place: String)
    throws
  {
    let repetitions = place == "BASE" ? ", num_of_repetitions: 3" : ""
    let text =
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1\(repetitions)}\n"
      + (place == "BASE" ? "" : place)
    #expect(try plan(text).sweep.trials.map(\.configuration.seed) == [1, 2, 3])
  }

  @Test func generatedAxesAreWhatAPersonWouldWrite() throws {
    let written = try plan(Self.good, set: ["temp=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]"])
    let generated = try plan(Self.good, set: ["temp={linspace: [0.1, 1.0, 10]}"])
    #expect(generated.sweep.trials.map(\.id) == written.sweep.trials.map(\.id))
    let ratios = try plan(Self.good, set: ["temp={logspace: [0.01, 10, 4]}", "seed=1"])
    #expect(ratios.sweep.trials.map(\.configuration.temperature) == [0.01, 0.1, 1, 10])
    let counts = try plan(Self.good, set: ["n_required={linspace: [10, 50, 3]}", "seed=1", "temp=1"])
    #expect(counts.sweep.trials.map(\.configuration.nRequired) == [10, 30, 50])
  }

  @Test func anExclusionKnowsDefaultsListsAndAliases() throws {
    let rules = [
      "[{temp: 0.1}]", "[{temp: [0.1, 0.3]}]", "[{model_type: ExpGSDis, temp: 1.0e-1}]",
      "[{architecture: dense, likelihood: bernoulli, temp: 0.1}]",
    ]
    for rule in rules {
      #expect(try labels(Self.good + "exclude: \(rule)\n") == ["seed=1", "seed=2"], "\(rule)")
    }
  }

  /// An exclusion may be what keeps an impossible combination out.
  @Test func anExcludedCombinationNeedNotBePossible() throws {
    let text = """
      name: s
      base: {dataset_name: mnist, temp: 1}
      grid: {model_type: [GS_Dis, IGR_I_Dis], n_required: [1, 2]}
      exclude: [{model_type: GS_Dis, n_required: 1}]
      """
    #expect(try plan(text).sweep.trials.count == 3)
  }

  @Test func anExclusionWithoutEffectIsAWarning() throws {
    let plan = try plan(Self.good + "exclude:\n  - {temp: 0.7}\n")
    #expect(plan.warnings == ["s.yaml:5:5: warning: this exclusion matches no trial"])
    #expect(plan.sweep.trials.count == 4)
  }

  @Test func theWrongDirectionIsAWarning() throws {
    let plan = try plan(Self.good + "objective: {metric: train_loss, direction: maximize}\n")
    #expect(
      plan.warnings == ["s.yaml:4:44: warning: 'maximize' looks wrong: of train_loss, lower is better"])
    #expect(plan.sweep.objective?.direction == .maximize)
  }

  @Test func anchorsStandForWhatTheyName() throws {
    let text = """
      name: s
      base: {dataset_name: mnist, model_type: GS_Dis, batch_n: &n 7, epochs: *n}
      grid: {temp: &list [1, 2], n_required: [3, 4]}
      exclude: [{temp: *list, n_required: 3}]
      """
    let plan = try plan(text)
    #expect(plan.sweep.trials.map(\.configuration.epochs) == [7, 7])
  }

  @Test func theDigestIsThatOfFileAndOptions() throws {
    let digests = [
      try plan(Self.good).digest, try plan(Self.good + "\n").digest,
      try plan(Self.good, set: ["temp=1"]).digest,
      try plan(Self.good, set: ["temp=1", "seed=1"]).digest, try plan(Self.good, set: ["temp=2"]).digest,
    ]
    #expect(Set(digests).count == digests.count)
    #expect(try plan(Self.good).digest == digests[0])
    #expect(digests[0].count == 64)
  }

  @Test func growingAndReorderingKeepsIDs() throws {
    let small = Set(try plan(Self.good).sweep.trials.map(\.id))
    let grown = """
      name: s
      grid: {seed: [3, 2, 1], temp: [0.7, 0.50, 1.0e-1]}
      base: {model_type: GS_Dis, dataset_name: mnist, epochs: 100}
      """
    #expect(Set(try plan(grown).sweep.trials.map(\.id)).isSuperset(of: small))
  }

  /// Random products: the count is that of the rule, ids are distinct, labels are distinct.
  @Test func everyProductIsExact() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = Xorshift(state: seed | 1)
    for _ in 0..<50 {
      let temps = Int.random(in: 1...5, using: &random)
      let seeds = Int.random(in: 1...5, using: &random)
      let rows = Int.random(in: 1...4, using: &random)
      let excluded = Int.random(in: 1...5, using: &random)
      let text = """
        name: s
        base: {dataset_name: mnist}
        cases: [{model_type: GS_Dis}, {model_type: IGR_I_Dis}]
        grid: {temp: [\((1...temps).map(String.init).joined(separator: ", "))], seed: [\((1...seeds).map(String.init).joined(separator: ", "))]}
        zip: {epochs: [\((1...rows).map(String.init).joined(separator: ", "))], batch_n: [\((1...rows).map(String.init).joined(separator: ", "))]}
        exclude: [{temp: \(excluded), model_type: GS_Dis}]
        """
      let left = 2 * temps * seeds * rows - (excluded <= temps ? seeds * rows : 0)
      let plan = try plan(text)
      #expect(plan.sweep.trials.count == left, "seed \(seed)")
      #expect(Set(plan.sweep.trials.map(\.id)).count == left, "seed \(seed)")
      #expect(Set(plan.sweep.trials.map(plan.label)).count == left, "seed \(seed)")
    }
  }

  @Test func theTableOfThePlan() throws {
    #expect(
      try plan(Self.example, set: ["seed={linspace: [1, 8, 8]}"]).text == """
        example: 80 trials
        one line
        16 left out by 'exclude'

        all: dataset_name=mnist architecture=dense_nonlinear num_of_discrete_var=20 epochs=300 \
        binarization=threshold likelihood=bernoulli threads=2

        model_type  trials     steps  temp          learning_rate  check_every  seed
        GS_Dis          32   5760000  0.5, 1        0.001, 0.0001  1, 5         8 values, 1 … 8
        IGR_I_Dis       48   8640000  0.15, 0.5, 1  0.001, 0.0001  1, 5         8 values, 1 … 8
        total           80  14400000

        """)
  }

  /// How many steps images of unknown number take is not made up.
  @Test func stepsThatOnlyFilesTellAreAQuestionMark() throws {
    let text = try plan(Self.good, set: ["dataset_name=omniglot"]).text
    #expect(text.contains("\nGS_Dis           4      ?  0.1, 0.5  1, 2\n"), "\(text)")
  }

  @Test func theJSONOfThePlan() throws {
    struct Read: Decodable {
      struct Trial: Decodable {
        let id: String
        let label: String
        let threads: Int
      }
      let name: String
      let trialCount: Int
      let varying: [String]
      let warnings: [String]
      let trials: [Trial]
    }
    let plan = try plan(Self.good + "exclude: [{temp: 9}]\n")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let read = try decoder.decode(Read.self, from: Data(plan.json().utf8))
    #expect(read.name == "s")
    #expect(read.trialCount == 4)
    #expect(read.varying == ["temp", "seed"])
    #expect(read.warnings == plan.warnings)
    #expect(read.trials.map(\.id) == plan.sweep.trials.map(\.id.description))
    #expect(read.trials.map(\.label) == plan.sweep.trials.map(plan.label))
    #expect(plan.json().contains("\"objective\": null"))
  }
}

/// Xorshift64 (Marsaglia 2003), so that a printed seed repeats a failed test.
struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
