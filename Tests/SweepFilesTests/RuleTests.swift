import Testing
import Trials

@testable import SweepFiles

/// `when`, `priority`, `early_stopping`, `retry.rules` and the settings that go with a trial.
@Suite struct RuleTests {
  private func plan(_ text: String, set overrides: [String] = []) throws -> SweepPlan {
    try SweepDefinition.parse(text, path: "s.yaml", overrides: overrides).plan { _ in "data" }
  }

  /// The specification's example, part 3, word for word.
  static let example = """
    name: example                      # [a-z0-9._-], the folder's name
    description: one line
    base: {dataset_name: mnist, architecture: dense_nonlinear, epochs: 300, batch_n: 100}
    cases:                             # sets that belong together
      - {model_type: GS_Dis, n_required: 10}
      - {model_type: IGR_SB_Dis, n_required: 49}
    grid:                              # every list crossed with every other
      temp: [0.15, 0.5, 1.0]           # or {linspace: [0.1, 1.0, 10]}, {logspace: [0.03, 1.0, 7]}
      seed: [5328, 5945]
    zip:                               # lists of one length, walked together
      learning_rate: [1.0e-3, 1.0e-4]
      check_every: [1, 5]
    sample: {n: 2, seed: 1, method: sobol, of: {threshold: {uniform: [0.9, 0.99]}}}   # optional, also random
    exclude: [{model_type: GS_Dis, temp: 0.15}]     # matching trials are left out
    when: [{if: {model_type: GS_Dis}, drop: [threshold]}]   # a name that applies only sometimes
    objective: {metric: val_elbo, direction: maximize}
    checkpoint: {every_seconds: 60, ship: true}
    retry: {lost: 20, crash: 3, oom: 1, rules: [{pattern: 'CUDA|bus error', action: exclude_node}]}
    early_stopping: none               # or {asha: …}, {median: …}
    resources: {threads: 1, memory_mb: 500, seconds: 36000}
    priority: 0
    """

  @Test func theSpecificationsExampleHasThirtyTwoTrials() throws {
    let plan = try plan(Self.example, set: ["validation_n=5000"])
    let models = plan.sweep.trials.map(\.configuration.modelType)
    #expect(models.count { $0 == .igrSBDis } == 24)
    #expect(models.count { $0 == .gsDis } == 8)
    #expect(plan.sweep.trials.count == 32)
    #expect(plan.mergedCount == 8)
    // Before `when`: 2 temperatures would be 8 of 24 combinations of GS_Dis.
    #expect(plan.excludedCount == 8)
    #expect(plan.warnings == [])
    let sweep = plan.sweep
    #expect(sweep.checkpoint == CheckpointSettings(everySeconds: 60, ship: true, keepFinal: false))
    #expect(sweep.retryRules == [RetryRule(pattern: "CUDA|bus error", action: .excludeNode)])
    #expect(sweep.resources == TrialResources(memoryMiB: 500, seconds: 36_000, keepsCPUType: false))
    #expect(sweep.earlyStopping == nil && sweep.priorities == [:] && sweep.dependencies == [:])
  }

  static let two = """
    name: s
    base: {dataset_name: mnist, temp: 1}
    cases: [{model_type: GS_Dis}, {model_type: IGR_SB_Dis}]
    grid: {threshold: [0.8, 0.9], seed: [1, 2]}

    """

  @Test func aNameThatAppliesOnlySometimesIsRefusedWithoutARule() throws {
    let error = #expect(throws: SweepFileError.self) { try self.plan(Self.two) }
    #expect(error?.message.hasPrefix("'threshold' does not apply to GS_Dis") == true)
    let plan = try plan(Self.two + "when: [{if: {model_type: GS_Dis}, drop: [threshold]}]\n")
    #expect(
      plan.sweep.trials.map(plan.label) == [
        "GS_Dis seed=1", "GS_Dis seed=2", "IGR_SB_Dis threshold=0.8 seed=1",
        "IGR_SB_Dis threshold=0.8 seed=2", "IGR_SB_Dis threshold=0.9 seed=1",
        "IGR_SB_Dis threshold=0.9 seed=2",
      ])
    #expect(plan.mergedCount == 2)
  }

  @Test func anExclusionSeesWhatARuleDrops() throws {
    let plan = try plan(
      Self.two + """
        when: [{if: {model_type: GS_Dis}, drop: [threshold]}]
        exclude: [{model_type: GS_Dis, threshold: [0.8, 0.9], seed: 1}]
        """)
    #expect(plan.sweep.trials.count == 5)
    #expect(plan.excludedCount == 2)
  }

  @Test func aRuleMayDropWhatASeedTakes() throws {
    // Seeds are put into checked templates; a rule that looks at them must hold nevertheless.
    let plan = try plan(
      Self.two + """
        exclude: [{model_type: GS_Dis}]
        when:
          - {if: {model_type: GS_Dis}, drop: [threshold]}
          - {if: {seed: 2}, drop: [threshold]}
        """)
    #expect(
      plan.sweep.trials.map { "\($0.configuration.seed) \($0.configuration.threshold)" }
        == ["1 0.8", "2 0.99", "1 0.9"])
    #expect(plan.mergedCount == 1)
  }

  @Test func aRuleThatMatchesNothingIsTold() throws {
    let plan = try plan(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\n"
        + "when: [{if: {model_type: VAE}, drop: [temp]}]\npriority: [{if: {seed: 9}, is: 3}]\n")
    #expect(
      plan.warnings
        == [
          "s.yaml:3:8: warning: this rule of 'when' matches no trial",
          "s.yaml:4:12: warning: this rule of 'priority' matches no trial",
        ].sorted { $0 < $1 } || plan.warnings.count == 2)
  }

  @Test func theFirstPriorityThatATrialMeetsCounts() throws {
    let plan = try plan(
      Self.two + """
        when: [{if: {model_type: GS_Dis}, drop: [threshold]}]
        priority: [{if: {model_type: GS_Dis, seed: 1}, is: 7}, {if: {model_type: GS_Dis}, is: -2}]
        """)
    let priorities = plan.sweep.trials.map { plan.sweep.priorities[$0.id] ?? 0 }
    #expect(priorities == [7, -2, 0, 0, 0, 0])
    let flat = try self.plan(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\npriority: 4\n")
    #expect(flat.sweep.trials.map { flat.sweep.priorities[$0.id] } == [4])
  }

  @Test(arguments: [
    ("asha: {minimum_epochs: 10}", "'minimum_epochs' is 10, and no trial has more than 10 epochs"),
    ("asha: {minimum_epochs: 9}", nil),
    (
      "median: {start_epochs: 12, minimum_trials: 1}",
      "'start_epochs' is 12, and no trial has more than 10 epochs"
    ),
    ("median: {start_epochs: 2, minimum_trials: 3}", "'minimum_trials' is 3, and there are 3 trials"),
    ("median: {start_epochs: 2, minimum_trials: 2}", nil),
  ]) func aRuleThatCanStopNoTrialIsWarnedOf(_ rule: String, _ warning: String?) throws {
    let text = """
      name: s
      base: {dataset_name: mnist, model_type: GS_Dis, temp: 1, epochs: 10}
      grid: {seed: [1, 2, 3]}
      early_stopping: {\(rule)}
      """
    let expected = warning.map {
      ["s.yaml:4:17: warning: no trial can be stopped early: " + $0]
    }
    #expect(try plan(text).warnings == expected ?? [])
  }

  @Test func earlyStoppingHasItsRuleAndTheSweepsMetric() throws {
    let base = "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, validation_n: 100}\n"
    let asha = try plan(base + "early_stopping: {asha: {minimum_epochs: 2, reduction: 3, over: [temp]}}\n")
    #expect(
      asha.sweep.earlyStopping
        == EarlyStopping(
          rule: .asha(minimumEpochs: 2, reduction: 3),
          objective: Objective(metric: .valELBO, direction: .maximize), over: ["temp"]))
    let median = try plan(
      base
        + "objective: {metric: train_loss}\nearly_stopping: {median: {start_epochs: 3, minimum_trials: 4}}\n")
    #expect(
      median.sweep.earlyStopping
        == EarlyStopping(
          rule: .median(startEpochs: 3, minimumTrials: 4),
          objective: Objective(metric: .trainLoss, direction: .minimize)))
    let plain = try plan(base + "early_stopping: {asha: {}}\n", set: ["early_stopping=none"])
    #expect(plain.sweep.earlyStopping == nil)
  }

  @Test func settingsOfATrialReachTheSweep() throws {
    let plan = try plan(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\nreproducibility: strict\n",
      set: ["checkpoint.keep_final=true", "checkpoint.ship=false", "resources.memory_mb=100"])
    #expect(plan.sweep.resources == TrialResources(memoryMiB: 100, seconds: nil, keepsCPUType: true))
    #expect(plan.sweep.checkpoint.keepFinal && !plan.sweep.checkpoint.ship)
    // What a trial may use decides nothing of its numbers.
    let bare = try self.plan("name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\n")
    #expect(bare.sweep.trials == plan.sweep.trials)
  }
}
