import Testing

@testable import SweepFiles

/// Faults in rules, samples and fits, each with its place.
@Suite struct RuleErrorTests {
  typealias Fault = SweepFileErrorTests.Fault

  static let good = "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\n"

  static let faults: [Fault] = [
    // sample
    Fault(
      good + "sample: {n: 0, of: {temp: {uniform: [1, 2]}}}\n",
      "s.yaml:3:13: 'sample.n' counts draws, from 1 to 1000000, found 0"),
    Fault(
      good + "sample: {of: {temp: {uniform: [1, 2]}}}\n",
      "s.yaml:3:9: 'sample' needs 'n', the number of draws"),
    Fault(
      good + "sample: {n: 1, method: sobel, of: {temp: {uniform: [1, 2]}}}\n",
      "s.yaml:3:24: 'sample.method' is sobol or random, found 'sobel'; did you mean 'sobol'?"),
    Fault(
      good + "sample: {n: 1, seeds: 3, of: {temp: {uniform: [1, 2]}}}\n",
      "s.yaml:3:16: unknown 'sample.seeds'; did you mean 'sample.seed'?"),
    Fault(
      good + "sample: {n: 1, of: {tmep: {uniform: [1, 2]}}}\n",
      "s.yaml:3:21: unknown hyperparameter 'tmep'; did you mean 'temp'?"),
    Fault(
      good + "sample: {n: 1, of: {temp: {unifrom: [1, 2]}}}\n",
      "s.yaml:3:28: 'temp': unknown 'unifrom'; did you mean 'uniform'? (uniform, loguniform, int, choice are there)"
    ),
    Fault(
      good + "sample: {n: 1, of: {temp: {loguniform: [0, 2]}}}\n",
      "s.yaml:3:40: 'loguniform' needs ends above 0"),
    Fault(
      good + "sample: {n: 1, of: {temp: {uniform: [2, 1]}}}\n",
      "s.yaml:3:37: 'uniform' needs two numbers, the lower first, as in [0.1, 1]"),
    Fault(
      good + "sample: {n: 1, of: {epochs: {int: [0.5, 2]}}}\n",
      "s.yaml:3:35: 'int' needs two integers, as in [5, 50]; both may be drawn"),
    Fault(
      good + "sample: {n: 1, of: {epochs: {uniform: [1.5, 2]}}}\n",
      "s.yaml:3:29: 'epochs': an integer is needed, found 1.5 (a number)"),
    Fault(
      good + "grid: {temp: [1, 2]}\nsample: {n: 1, of: {temp: {uniform: [1, 2]}}}\n",
      "s.yaml:4:21: 'temp' is an axis twice, first in line 3; remove one"),

    // when
    Fault(
      good + "when: {if: {seed: 1}}\n",
      "s.yaml:3:7: 'when' needs a list of rules, as in [{if: {model_type: GS_Dis}, drop: [threshold]}];"
        + " found a mapping"),
    Fault(
      good + "when: [{if: {seed: 1}, drp: [temp]}]\n",
      "s.yaml:3:24: unknown 'drp' in a rule of 'when'; did you mean 'drop'?"),
    Fault(
      good + "when: [{drop: [temp]}]\n",
      "s.yaml:3:8: a rule of 'when' needs 'if', as in {if: {model_type: GS_Dis}, drop: [threshold]}"),
    Fault(
      good + "when: [{if: {seed: 1}, drop: [tepm]}]\n",
      "s.yaml:3:31: unknown hyperparameter 'tepm'; did you mean 'temp'?"),
    Fault(
      good + "when: [{if: {seed: 1}, drop: [temp]}]\n",
      "s.yaml:3:13: 'temp' is required for GS_Dis, as in temp: 0.5, and not given: 'when' drops it"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: IGR_SB_Dis, temp: 1}\n"
        + "cases:\n  - {threshold: 0.9}\n  - {threshold: 0.9}\n"
        + "when: [{if: {model_type: IGR_SB_Dis}, drop: [threshold]}]\n",
      "s.yaml:5:5: the same trial twice (IGR_SB_Dis, id ID), first by line 4; cases must differ in what the axes"
        + " leave alone"),

    // retry.rules
    Fault(
      good + "retry: {rules: [{pattern: '(', action: fail}]}\n",
      "s.yaml:3:27: 'pattern': '(' is no extended regular expression: Unmatched ( or \\("),
    Fault(
      good + "retry: {rules: [{pattern: 'x', action: exclude}]}\n",
      "s.yaml:3:40: 'action' is one of exclude_node, retry, fail, found 'exclude'; did you mean 'exclude_node'?"
    ),
    Fault(
      good + "retry: {rules: [{pattern: 'x'}]}\n",
      "s.yaml:3:17: a rule of 'retry.rules' needs 'action', as in {pattern: 'bus error', action: exclude_node}"
    ),

    // priority
    Fault(
      good + "priority: high\n",
      "s.yaml:3:11: 'priority' needs an integer from -1000000 to 1000000, or a list as in [{if: {seed: 1}, is: 5}];"
        + " found high"),
    Fault(
      good + "priority: [{if: {seed: 1}, is: 0.5}]\n",
      "s.yaml:3:32: 'is' needs an integer from -1000000 to 1000000, found 0.5"),

    // early_stopping
    Fault(
      good + "early_stopping: {asha: 1}\n", "s.yaml:3:24: 'asha' needs a mapping, found an integer"),
    Fault(
      good + "early_stopping: {asah: {}}\n",
      "s.yaml:3:18: unknown 'early_stopping' 'asah'; did you mean 'asha'? (none, asha and median are there)"),
    Fault(
      good + "early_stopping: {asha: {reduction: 1}}\n",
      "s.yaml:3:36: 'reduction' needs an integer of at least 2, found 1"),
    Fault(
      good + "early_stopping: {median: {minimum_epochs: 1}}\n",
      "s.yaml:3:27: unknown 'minimum_epochs' under 'median'"
        + " (minimum_trials, start_epochs, over are there)"),
    Fault(
      good + "early_stopping: {asha: {over: [tmep]}}\n",
      "s.yaml:3:32: unknown hyperparameter 'tmep'; did you mean 'temp'?"),
    Fault(
      good + "objective: {metric: test_elbo}\nearly_stopping: {asha: {}}\n",
      "s.yaml:3:21: 'test_elbo' is measured on test images, which must not choose anything;"
        + " use val_elbo (with validation_n) or train_loss"),
    Fault(
      "name: s\nbase: {experiment: simplex_proximity, model_type: GS, temp: 1}\n"
        + "objective: {metric: vertex_distance_median}\nearly_stopping: {asha: {}}\n",
      "s.yaml:4:17: 'early_stopping' needs a metric of every epoch, but vertex_distance_median is not one in"
        + " 1 of 1 trials; there are target_distance, n_required, gradient_norm"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, validation_n: 100, check_every: 5}\n"
        + "early_stopping: {asha: {minimum_epochs: 4}}\n",
      "s.yaml:3:17: val_elbo is measured every check_every = 5 epochs; 'minimum_epochs' must be a multiple of it,"
        + " found 4"),

    // prior: fit
    Fault(
      "name: s\nbase: {prior: {fit: 1}}\n",
      "s.yaml:2:21: 'fit' needs a mapping, as in {target: uniform, temp: 0.01, iterations: 1000};"
        + " found an integer"),
    Fault(
      "name: s\nbase: {prior: {fit: {target: poisson}}}\n",
      "s.yaml:2:30: a prior is fitted to 'target: uniform', found poisson"),
    Fault(
      "name: s\nbase: {prior: {fit: {iteration: 10}}}\n",
      "s.yaml:2:22: unknown 'iteration' of a fit; did you mean 'iterations'? (target, temp, iterations, seed,"
        + " learning_rate, sample_size, fit_loss, model_type are there)"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, prior: {fit: {temp: 0.1}}}\n",
      "s.yaml:2:65: 'prior' does not apply to GS_Dis: only IGR's relaxations have Gaussians; leave it out here"
    ),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: IGR_I_Dis, temp: 1, prior: {fit: {model_type: GS}}}\n",
      "s.yaml:2:68: 'prior: {fit: …}': 'model_type': GS does not go with experiment prior_fit; it takes IGR_I,"
        + " IGR_Planar, IGR_SB, IGR_SB_Finite"),
  ]

  @Test(arguments: faults) func isToldWithItsPlace(_ fault: Fault) throws {
    try SweepFileErrorTests().isToldWithItsPlace(fault)
  }
}
