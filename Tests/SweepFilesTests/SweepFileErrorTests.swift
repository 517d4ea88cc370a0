import Testing
import Trials

@testable import SweepFiles

/// Every refusal with its whole text: place, what is wrong, what would work.
@Suite struct SweepFileErrorTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    let overrides: [String]
    let message: String
    var testDescription: String { message }

    init(_ text: String, set overrides: [String] = [], _ message: String) {
      self.text = text
      self.overrides = overrides
      self.message = message
    }
  }

  static let good = "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5}\n"

  static let faults: [Fault] = [
    // The file as a whole.
    Fault("", "s.yaml: is empty; a sweep file needs at least 'name' and 'base' (see sweeps/README.md)"),
    Fault(
      "# only a comment\n",
      "s.yaml: is empty; a sweep file needs at least 'name' and 'base' (see sweeps/README.md)"),
    Fault("- a\n", "s.yaml:1:1: a mapping of 'key: value' lines is needed, found a list"),
    Fault("hello\n", "s.yaml:1:1: a mapping of 'key: value' lines is needed, found text"),
    Fault(
      "name: [s\nbase: 1\n",
      "s.yaml:2:5: not valid YAML: while parsing a flow sequence that began in line 1: did not find expected ',' or ']'"
    ),
    Fault(
      "name: s\n\tbase: {}\n",
      "s.yaml:2:1: not valid YAML: while scanning a plain scalar that began in line 1: found a tab character that violates indentation"
    ),
    Fault(
      good + "---\nname: t\n",
      "s.yaml:3:1: not valid YAML: expected a single document in the stream that began in line 1:"
        + " but found another document"),
    Fault(
      good + "name: t\n", "s.yaml:1:1: 'name' is given twice in one mapping; the first is here, remove one"),
    Fault(
      "name: s\nbase: {temp: 1, temp: 2}\n",
      "s.yaml:2:8: 'temp' is given twice in one mapping; the first is here, remove one"),
    Fault("name: s\u{1}\n", "s.yaml:1:8: not valid YAML: control characters are not allowed"),
    Fault("name: *x\n", "s.yaml:1:7: not valid YAML: found undefined alias"),
    Fault("? [a]\n: 1\n", "s.yaml:1:3: a name is needed before the colon"),
    Fault(
      "name: s\nbase: {<<: {temp: 1}}\n",
      "s.yaml:2:8: merge keys ('<<') are not there yet; refer to whole values with '*name'"),
    Fault(
      "name: s\nbase: {temp: !!float 1}\n",
      "s.yaml:2:14: the tag 'tag:yaml.org,2002:float' is not there yet; write the value as it is"),
    Fault(
      "name: [[[[[[[[[1]]]]]]]]]\n", "s.yaml:1:15: nested deeper than anything in a sweep file can be"),

    // Keys.
    Fault(good + "gird: {}\n", "s.yaml:3:1: unknown key 'gird'; did you mean 'grid'?"),
    Fault(good + "xyzzy: {}\n", "s.yaml:3:1: unknown key 'xyzzy'"),
    Fault(
      good + "temp: 1\n",
      "s.yaml:3:1: 'temp' is a hyperparameter; it belongs under 'base', 'cases', 'grid', 'zip' or 'sample: of'"
    ),
    Fault(good + "checkpoint: {ship: 1}\n", "s.yaml:3:20: 'checkpoint.ship' is true or false, found 1"),
    Fault(
      good + "checkpoint: {keep_final: yes}\n",
      "s.yaml:3:26: 'checkpoint.keep_final' is true or false, found yes"),
    Fault(
      good + "resources: {memory_mb: 0}\n",
      "s.yaml:3:24: 'resources.memory_mb' needs a number above 0, found 0"),
    Fault(
      good + "resources: {seconds: long}\n",
      "s.yaml:3:22: 'resources.seconds' needs a number above 0, found long"),
    Fault(
      good + "reproducibility: high\n",
      "s.yaml:3:18: 'reproducibility' is default or strict, found high"),
    Fault(
      good + "checkpoint: {every_second: 5}\n",
      "s.yaml:3:14: unknown 'checkpoint.every_second'; did you mean 'checkpoint.every_seconds'?"),
    Fault(
      good + "checkpoint: {every_seconds: 1e300}\n",
      "s.yaml:3:29: 'checkpoint.every_seconds' is at most 3.2e7, a year, found 1e+300"),
    Fault(
      good + "resources: {seconds: 40000000}\n",
      "s.yaml:3:22: 'resources.seconds' is at most 3.2e7, a year, found 40000000"),
    Fault(good + "checkpoint: 5\n", "s.yaml:3:13: 'checkpoint' needs a mapping, found an integer"),

    // Settings.
    Fault(
      "base: {dataset_name: mnist, model_type: GS_Dis, temp: 0.5}\n",
      "s.yaml: 'name' is required: it becomes the results folder's name"),
    Fault(
      "name: ../up\n",
      "s.yaml:1:7: 'name' becomes the results folder's name: 1 to 128 of a-z, 0-9, '.', '_', '-',"
        + " not beginning with '.' or '-'; found '../up'"),
    Fault(
      "name: .hidden\n",
      "s.yaml:1:7: 'name' becomes the results folder's name: 1 to 128 of a-z, 0-9, '.', '_', '-',"
        + " not beginning with '.' or '-'; found '.hidden'"),
    Fault(
      "name: -rf\n",
      "s.yaml:1:7: 'name' becomes the results folder's name: 1 to 128 of a-z, 0-9, '.', '_', '-',"
        + " not beginning with '.' or '-'; found '-rf'"),
    Fault(
      "name:\n",
      "s.yaml:1:6: 'name' becomes the results folder's name: 1 to 128 of a-z, 0-9, '.', '_', '-',"
        + " not beginning with '.' or '-'; found nothing"),
    Fault(good + "description: [a]\n", "s.yaml:3:14: 'description' needs one line of text, found a list"),
    Fault(
      good + "checkpoint: {every_seconds: 0}\n",
      "s.yaml:3:29: 'checkpoint.every_seconds' needs a number above 0, found 0"),
    Fault(good + "retry: {lost: -1}\n", "s.yaml:3:15: 'retry.lost' needs an integer of at least 0, found -1"),
    Fault(
      good + "resources: {threads: two}\n",
      "s.yaml:3:22: 'resources.threads' needs an integer of at least 1, found two"),
    Fault(
      good + "objective: {metric: test_elbo}\n",
      "s.yaml:3:21: 'test_elbo' is measured on test images, which must not choose anything;"
        + " use val_elbo (with validation_n) or train_loss"),
    Fault(
      good + "objective: {metric: val_elb}\n",
      "s.yaml:3:21: unknown metric 'val_elb'; did you mean 'val_elbo'?"),
    Fault(
      good + "objective: {metric: val_elbo}\n",
      "s.yaml:3:21: val_elbo needs held-out images, but validation_n is 0 in 1 of 1 trials;"
        + " set validation_n under 'base' (for mnist 5000 or 10000)"),
    Fault(
      good + "objective: {direction: up}\n",
      "s.yaml:3:24: 'objective.direction' is maximize or minimize, found up"),
    Fault(
      good + "objective: {direction: maximize}\n",
      "s.yaml:3:24: 'objective' needs 'metric', as in {metric: val_elbo}"),
    Fault(good + "objective: {}\n", "s.yaml: 'objective' needs 'metric', as in {metric: val_elbo}"),

    // Hyperparameters.
    Fault(
      "name: s\nbase:\n  dataset_name: mnist\n  model_type: GS_Dis\n  tmep: 0.5\n  temp: 0.5\n",
      "s.yaml:5:3: unknown hyperparameter 'tmep'; did you mean 'temp'?"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: warm}\n",
      "s.yaml:2:55: 'temp': a number is needed, found \"warm\" (text)"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: '0.5'}\n",
      "s.yaml:2:55: 'temp': a number is needed, found \"0.5\" (text)"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: }\n", "s.yaml:2:55: 'temp' has no value"
    ),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: [1]}\n",
      "s.yaml:2:55: 'temp' needs one value here; a list of values to try belongs under 'grid'"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: {a: 1}}\n",
      "s.yaml:2:55: 'temp' needs one value here, found a mapping"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, record: [gradients, [a]]}\n",
      "s.yaml:2:78: 'record' is a list of plain values, found a list in it"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, record: gradients}\n",
      "s.yaml:2:66: 'record': a list of names is needed, found \"gradients\" (text)"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, record: [gradient]}\n",
      "s.yaml:2:66: 'record': unknown 'gradient'; did you mean 'gradients'?"
        + " (known: gradients, vertex_distance, traversals)"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, record: {a: 1}}\n",
      "s.yaml:2:66: 'record' needs one value here, found a mapping"),

    // Priors.
    Fault(
      "name: s\nbase: {prior: {mu: [0], sigma: [1]}}\n",
      "s.yaml:2:25: 'prior': unknown 'sigma' (mu and xi, or fit, are there)"),
    Fault(
      "name: s\nbase: {prior: {mu: [0], xii: [1]}}\n",
      "s.yaml:2:25: 'prior': unknown 'xii'; did you mean 'xi'? (mu and xi, or fit, are there)"),
    Fault(
      "name: s\nbase: {prior: {mu: [0]}}\n",
      "s.yaml:2:15: 'prior' needs both mu and xi, as in {mu: [0, 0.5], xi: [0, -0.1]}"),
    Fault(
      "name: s\nbase: {prior: {mu: [0, 1], xi: [0]}}\n",
      "s.yaml:2:15: 'prior' needs as many numbers in mu as in xi: one for each stick"),
    Fault(
      "name: s\nbase: {prior: {mu: [a], xi: 3}}\n",
      "s.yaml:2:20: 'prior': mu needs a list of numbers, one for each stick, found a list\n"
        + "s.yaml:2:29: 'prior': xi needs a list of numbers, one for each stick, found an integer"),
    Fault(
      "name: s\nbase: {prior: fits/x.h5}\n", "s.yaml:2:15: 'prior': prior file 'fits/x.h5' has not been read"),
    Fault(
      "name: s\nbase: {prior: 5}\n",
      "s.yaml:2:15: 'prior': 'zeros', {mu: [...], xi: [...]} with one number for each stick, or the trial file of a"
        + " prior_fit is needed, found 5"),
    Fault(
      "name: s\nbase: {prior: [zeros]}\n",
      "s.yaml:2:15: 'prior' needs one value here; a list of values to try belongs under 'grid'"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: IGR_I_Dis, temp: 1, prior: {mu: [0, 1], xi: [0, 1]}}\n",
      "s.yaml:2:68: 'prior': has 2 sticks and IGR_I_Dis n_required = 10; fit one of that size,"
        + " or set n_required: 2"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1, stick_the_landing: yes}\n",
      "s.yaml:2:77: 'stick_the_landing': true or false is needed, found \"yes\" (text)"),
    Fault(
      "name: s\nbase:\n  batch_n: 5\n  batch_size: 6\n",
      "s.yaml:4:3: 'batch_size' is another name of a hyperparameter that line 3 gives as well"),
    Fault(
      "name: s\nbase: {model_type: GS_Dis, temp: 1}\n",
      "s.yaml:2:20: 'dataset_name' is required for experiment vae, as in dataset_name: mnist, and not given"),
    // What is not given has no line; what asks for it has.
    Fault(
      "name: s\nbase:\n  dataset_name: mnist\n  model_type: IGR_I_Dis\n",
      "s.yaml:4:15: 'temp' is required for IGR_I_Dis, as in temp: 0.5, and not given"),
    Fault(
      "name: s\nbase: {dataset_name: mnist}\ngrid: {model_type: [Relax_IGR, VAE]}\n",
      "s.yaml:3:32: 'latent_norm_n': VAE has normal latents only; give at least 1, found 0"),
    Fault(
      "name: s\nbase:\n  {model_type: GS, temp: 1, experiment: approximation}\n",
      "s.yaml:3:41: 'target' is required for experiment approximation, as in target: poisson, and not given"),
    Fault(
      "name: s\nbase: {dataset_name: fmnist, model_type: GS_Dis, temp: 1, likelihood: bernoulli}\n",
      "s.yaml:2:71: 'binarization: none' keeps grey values, which 'likelihood: bernoulli' cannot describe; use"
        + " threshold or stochastic, or likelihood: gaussian"),
    Fault("name: s\nbase: 5\n", "s.yaml:2:7: 'base' needs a mapping from names to values, found an integer"),
    Fault(good + "cases: []\n", "s.yaml:3:8: 'cases' needs a list of mappings, found an empty list"),
    Fault(
      good + "cases: [3]\n", "s.yaml:3:9: 'case 1' needs a mapping from names to values, found an integer"),
    Fault(
      good + "cases:\n  - {model_type: GS_Dis}\n  - {model_type: IGR_I_Dis, n_required: 0}\n",
      "s.yaml:5:41: 'n_required': must be at least 1, found 0"),
    // The combination is wrong, the case is where the offending value stands.
    Fault(
      good + "cases:\n  - {model_type: GS_Dis, run_closed_form_kl: true}\n",
      "s.yaml:4:46: 'run_closed_form_kl' does not apply to GS_Dis: only IGR's relaxations have Gaussians;"
        + " leave it out here"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, model_type: GS_Dis, temp: 1}\ngrid:\n  n_required: [2, 1]\n",
      "s.yaml:4:19: 'n_required': GS needs at least 2 categories, found 1"),
    Fault(
      "name: s\nbase: {dataset_name: mnist, temp: 1}\ncases:\n  - {n_required: 3}\n",
      "s.yaml:4:5: 'model_type' is required, as in model_type: IGR_I_Dis, and not given"),

    // Axes.
    Fault(
      good + "grid: {record: [gradients, vertex_distance]}\n",
      "s.yaml:3:17: 'record' under 'grid' needs a list of lists, as in [[a], [a, b]]; found text in it"),
    Fault(
      good + "grid: {record: {linspace: [0, 1, 2]}}\n",
      "s.yaml:3:16: 'record' under 'grid' needs a list, found a mapping; one value belongs under 'base'"),
    Fault(
      good + "grid: {prior: {mu: [0], xi: [0]}}\n",
      "s.yaml:3:15: 'prior' under 'grid' needs a list, found a mapping; one value belongs under 'base'"),
    Fault(
      good + "grid: {record: [[gradients], [gradients]]}\n",
      "s.yaml:3:30: 'record' has [\"gradients\"] twice, first in line 3; remove one"),
    Fault(good + "grid: [temp]\n", "s.yaml:3:7: 'grid' needs a mapping from names to lists, found a list"),
    Fault(
      good + "grid: {temp: 0.5}\n",
      "s.yaml:3:14: 'temp' under 'grid' needs a list, found a number; one value belongs under 'base'"),
    Fault(
      good + "grid: {seed: []}\n",
      "s.yaml:3:14: 'seed' has an empty list, which leaves no trial; remove it or fill it"),
    Fault(good + "grid: {seeds: [1]}\n", "s.yaml:3:8: unknown hyperparameter 'seeds'; did you mean 'seed'?"),
    Fault(
      good + "grid:\n  temp:\n    - 0.5\n    - 0.50\n",
      "s.yaml:6:7: 'temp' has 0.5 twice, first in line 5; remove one"),
    Fault(good + "grid: {temp: [0.5, -1]}\n", "s.yaml:3:20: 'temp': must be finite and above 0, found -1.0"),
    Fault(
      good + "grid: {seed: {range: [1, 2]}}\n",
      "s.yaml:3:22: 'seed': 'range' needs [first, last, step], as in [1, 9, 2]"),
    Fault(
      good + "grid: {seed: {range: [1, 5, -1]}}\n",
      "s.yaml:3:22: 'seed': 'range' needs a step that leads from its first value to its last"),
    Fault(
      good + "grid: {seed: {range: [1, 5, 0]}}\n",
      "s.yaml:3:22: 'seed': 'range' needs a step that leads from its first value to its last"),
    Fault(
      good + "grid: {seed: {range: [1, 1000000, 1]}}\n",
      "s.yaml:3:22: 'seed': 'range' has more than 100000 values"),
    Fault(
      good + "grid: {temp: {uniform: [1, 2]}}\n",
      "s.yaml:3:15: 'temp': 'uniform' is drawn from, which belongs under 'sample: {n: …, of: …}'"),
    Fault(
      good + "grid: {temp: {linpace: [1, 2, 2]}}\n",
      "s.yaml:3:15: 'temp': unknown 'linpace'; did you mean 'linspace'? (a list, linspace, logspace and range are there)"
    ),
    Fault(
      good + "grid: {temp: {linspace: [1, 2]}}\n",
      "s.yaml:3:25: 'temp': 'linspace' needs [first, last, count] with a count of at least 2, as in [0.1, 1.0, 10]"
    ),
    Fault(
      good + "grid: {temp: {logspace: [0, 2, 3]}}\n", "s.yaml:3:25: 'temp': 'logspace' needs ends above 0"),
    Fault(
      good + "grid: {seed: {linspace: [1, 2, 3]}}\n",
      "s.yaml:3:14: 'seed': an integer is needed, found 1.5 (a number)"),
    Fault(
      good + "zip:\n  temp: [1, 2]\n  seed: [1, 2, 3]\n",
      "s.yaml:5:9: the lists of 'zip' are walked together and need one length: 'temp' (line 4) has 2, 'seed' has 3"
    ),
    Fault(
      good + "grid: {temp: [1, 2]}\nzip: {temp: [1, 2]}\n",
      "s.yaml:4:7: 'temp' is an axis twice, first in line 3; remove one"),
    Fault(
      good + "grid:\n  batch_n: [1, 2]\n  batch_size: [3]\n",
      "s.yaml:5:3: 'batch_n' is an axis twice, first in line 4; remove one"),
    Fault(
      good + "num_of_repetitions: 0\n",
      "s.yaml:3:21: 'num_of_repetitions' needs an integer from 1 to 65536, found 0"),
    Fault(
      good + "num_of_repetitions: 2\ngrid: {seed: [1]}\n",
      "s.yaml:4:8: 'num_of_repetitions' (line 3) stands for seeds 1 to 2 and excludes 'seed'; remove one"),
    Fault(
      good + "grid: {num_of_repetitions: [1]}\n",
      "s.yaml:3:8: 'num_of_repetitions' belongs at the top of the file or under 'base'"),
    Fault(
      good + "grid: {seed: {linspace: [1, 50000, 50000]}, epochs: {linspace: [1, 50000, 50000]}}\n",
      "s.yaml: stands for 1 × 50000 × 50000 trials, more than 10 million"),

    // Experiments.
    Fault(
      "name: s\nbase: {temp: 1, model_type: IGR_I}\ncases:\n  - {experiment: prior_fit}\n"
        + "  - {dataset_name: mnist}\n",
      "s.yaml:4:18: a sweep has one experiment, found vae, prior_fit; give each a file of its own"),
    Fault(
      "name: s\nbase: {temp: 1, model_type: IGR_I, experiment: prior_fit}\nobjective: {metric: val_elbo}\n",
      "s.yaml:3:21: val_elbo is not measured by 1 of 1 trials (IGR_I, experiment prior_fit); there are"
        + " target_distance, n_required, gradient_norm"),
    Fault(
      good + "objective: {metric: expected_loss}\n",
      "s.yaml:3:21: expected_loss is not measured by 1 of 1 trials (GS_Dis, experiment vae); there are"
        + " train_loss, n_required, gradient_norm"),
    Fault(
      good + "grid: {record: [[], [gradients]]}\nobjective: {metric: vanished_gradients}\n",
      "s.yaml:4:21: vanished_gradients is not measured by 1 of 2 trials (GS_Dis, experiment vae); there are"
        + " train_loss, n_required, gradient_norm"),
    Fault(
      "name: s\nbase: {experiment: sop, dataset_name: mnist, temp: 1, model_type: GS, validation_n: 5000}\n",
      "s.yaml:2:85: 'validation_n' does not apply to experiment sop with GS: it belongs to experiment vae;"
        + " leave it out here"),

    // Exclusions and duplicates.
    Fault(good + "exclude: {temp: 1}\n", "s.yaml:3:10: 'exclude' needs a list of mappings, found a mapping"),
    Fault(
      good + "exclude: [{}]\n",
      "s.yaml:3:11: an exclusion needs a mapping from names to values, found an empty mapping"),
    Fault(
      good + "exclude: [{tepm: 1}]\n", "s.yaml:3:12: unknown hyperparameter 'tepm'; did you mean 'temp'?"),
    Fault(good + "exclude: [{temp: 0.5}]\n", "s.yaml:3:11: 'exclude' leaves nothing: all 1 trials match"),
    Fault(
      good + "cases:\n  - {temp: 1}\n  - {temp: 1.0}\n",
      "s.yaml:5:5: the same trial twice (GS_Dis, id ID), first by line 4;"
        + " cases must differ in what the axes leave alone"),

    // Options.
    Fault(
      good, set: ["temp"],
      "--set temp: must look like key=value, as in temp=0.5, seed=[1, 2] or checkpoint.every_seconds=30"),
    Fault(good, set: ["tmep=1"], "--set tmep=1: unknown key 'tmep'; did you mean 'temp'?"),
    Fault(good, set: ["temp=warm"], "--set temp=warm: 'temp': a number is needed, found \"warm\" (text)"),
    Fault(good, set: ["temp="], "--set temp=: 'temp' has no value"),
    Fault(
      good, set: ["temp=[1"],
      "--set temp=[1: not valid YAML: while parsing a flow sequence that began in line 1: did not find expected ',' or ']'"
    ),
    Fault(
      good, set: ["grid={}"],
      "--set grid={}: 'grid' is a part of the file; set one of its hyperparameters by name, as in temp=[0.1, 0.5]"
    ),
    Fault(
      good, set: ["sample.n=2"],
      "--set sample.n=2: 'sample' needs 'of', the names to draw and what from"),
    Fault(
      good, set: ["resources.thread=2"],
      "--set resources.thread=2: unknown 'resources.thread'; did you mean 'resources.threads'?"),
    Fault(
      good, set: ["n_required=1"], "--set n_required=1: 'n_required': GS needs at least 2 categories, found 1"
    ),
  ]

  @Test(arguments: faults) func isToldWithItsPlace(_ fault: Fault) throws {
    let error = try #require(throws: SweepFileError.self) {
      _ = try SweepDefinition.parse(fault.text, path: "s.yaml", overrides: fault.overrides).plan { _ in "data"
      }
    }
    let text = error.description.replacing(#/id [0-9a-f]{16}/#, with: "id ID")
    #expect(text == fault.message)
  }

  @Test func independentFaultsAreToldTogetherInTheOrderOfTheFile() {
    let text = "name: s\nbase: {tmep: 1, epochs: 0}\ngrid: {seed: []}\nsample: 1\n"
    let error = #expect(throws: SweepFileError.self) { try SweepDefinition.parse(text, path: "s.yaml") }
    #expect(
      error?.description == """
        s.yaml:2:8: unknown hyperparameter 'tmep'; did you mean 'temp'?
        s.yaml:2:25: 'epochs': must be at least 1, found 0
        s.yaml:3:14: 'seed' has an empty list, which leaves no trial; remove it or fill it
        s.yaml:4:9: 'sample' needs a mapping, found an integer
        """)
    #expect(error?.line == 2 && error?.column == 8)
  }

  @Test func afterTwentyFaultsTheRestIsCounted() {
    let text = "name: s\ngrid: {seed: [\(String(repeating: "-1, ", count: 25))-1]}\n"
    let error = #expect(throws: SweepFileError.self) { try SweepDefinition.parse(text, path: "s.yaml") }
    #expect(error?.problems.count == 26)
    #expect(error?.description.hasSuffix("\ns.yaml: and 6 more") == true)
  }

  @Test func theDataDigestsOwnErrorPasses() throws {
    struct Missing: Error {}
    let definition = try SweepDefinition.parse(Self.good, path: "s.yaml")
    #expect(throws: Missing.self) { try definition.plan { _ in throw Missing() } }
  }
}
