import SweepFiles
import Testing
import Trials

/// Hyperparameters whose one value is a list, and priors in all their forms.
@Suite struct ListValueTests {
  private func plan(
    _ text: String, set overrides: [String] = [], priors: [String: HyperparameterValue] = [:]
  ) throws -> SweepPlan {
    try SweepDefinition.parse(text, path: "s.yaml", overrides: overrides, priors: priors).plan { _ in "data" }
  }
  private func configurations(
    _ text: String, set overrides: [String] = [], priors: [String: HyperparameterValue] = [:]
  ) throws -> [TrialConfiguration] {
    try plan(text, set: overrides, priors: priors).sweep.trials.map(\.configuration)
  }

  private static let good = """
    name: s
    base: {dataset_name: mnist, model_type: IGR_I, temp: 1, n_required: 2, record: [traversals, gradients]}

    """

  @Test func aListUnderBaseIsOneValue() throws {
    #expect(try configurations(Self.good).map(\.record) == [[.gradients, .traversals]])
    let joint = try configurations(
      Self.good + "cases: [{run_jv: true, latent_norm_n: 3, cont_c_linspace: [0, 5.5, 100]}]\n")
    #expect(joint.map(\.contCLinspace) == [[0, 5.5, 100]])
  }

  @Test func listsOfListsAreAxes() throws {
    let text = """
      name: s
      base: {experiment: relax_toy}
      grid: {toy_targets: [[0.4], [1, 0.4, 0]], estimator: [rebar, relax]}
      """
    let plan = try plan(text)
    #expect(
      plan.sweep.trials.map(plan.label) == [
        "estimator=rebar toy_targets=[0.4]", "estimator=relax toy_targets=[0.4]",
        "estimator=rebar toy_targets=[1,0.4,0]", "estimator=relax toy_targets=[1,0.4,0]",
      ])
    let walked = try configurations(
      "name: s\nbase: {experiment: relax_toy}\nzip: {toy_targets: [[0.4], [0.5]], seed: [1, 2]}\n")
    #expect(walked.map(\.toyTargets) == [[0.4], [0.5]])
  }

  @Test func optionsTellAListFromAnAxis() throws {
    #expect(try configurations(Self.good, set: ["record=[]"]).map(\.record) == [[]])
    #expect(try configurations(Self.good, set: ["record=[gradients]"]).map(\.record) == [[.gradients]])
    #expect(
      try configurations(Self.good, set: ["record=[[], [gradients]]"]).map(\.record) == [[], [.gradients]])
    let axis = Self.good + "grid: {record: [[], [gradients], [traversals]]}\n"
    #expect(try configurations(axis, set: ["record=[traversals]"]).map(\.record) == [[.traversals]])
  }

  @Test func anExclusionTellsAListFromAlternatives() throws {
    let text = Self.good + "grid: {record: [[], [gradients], [traversals]]}\n"
    #expect(
      try configurations(text + "exclude: [{record: [gradients]}]\n").map(\.record) == [[], [.traversals]])
    #expect(
      try configurations(text + "exclude: [{record: [[], [traversals]]}]\n").map(\.record) == [[.gradients]])
  }

  // MARK: Priors

  private static let fitted: [String: HyperparameterValue] = [
    "a.h5": .list([.list([.real(0.5), .integer(-1)]), .list([.real(0), .real(0.25)])]),
    "b.h5": .list([.list([.real(1), .real(2)]), .list([.real(3), .real(4)])]),
  ]

  @Test func numbersUnderBaseAreAPrior() throws {
    let inline = try configurations(Self.good + "cases: [{prior: {xi: [0, 0.25], mu: [0.5, -1]}}]\n")
    let prior = try #require(inline[0].prior)
    #expect(prior.mu == [0.5, -1] && prior.xi == [0, 0.25])
  }

  /// The trial is named by what the file holds, not by where it lies.
  @Test func aFileIsWhatItHolds() throws {
    let inline = try configurations(Self.good + "cases: [{prior: {xi: [0, 0.25], mu: [0.5, -1]}}]\n")
    let fromFile = try configurations(Self.good + "cases: [{prior_file: a.h5}]\n", priors: Self.fitted)
    #expect(inline == fromFile)
  }

  @Test func priorsMakeAnAxisWithShortLabels() throws {
    let numbers = (0..<20).map { "0.12\($0)" }.joined(separator: ", ")
    let text = """
      name: s
      base: {dataset_name: mnist, model_type: IGR_I_Dis, temp: 1, n_required: 20}
      grid: {prior: [zeros, {mu: [\(numbers)], xi: [\(numbers)]}]}
      """
    let plan = try plan(text)
    let labels = plan.sweep.trials.map(plan.label)
    #expect(labels.first == "prior=zeros")
    #expect(labels.last?.wholeMatch(of: #/prior=#[0-9a-f]{8}/#) != nil, "\(labels)")
    #expect(plan.text.utf8.count < 500)
  }

  @Test func optionsTakeAPriorInEveryForm() throws {
    #expect(try configurations(Self.good, set: ["prior=zeros"])[0].prior == nil)
    #expect(try configurations(Self.good, set: ["prior={mu: [1, 2], xi: [3, 4]}"])[0].prior?.mu == [1, 2])
    #expect(try configurations(Self.good, set: ["prior=b.h5"], priors: Self.fitted)[0].prior?.xi == [3, 4])
    let axis = try configurations(Self.good, set: ["prior=[zeros, a.h5, b.h5]"], priors: Self.fitted)
    #expect(axis.map { $0.prior?.mu } == [nil, [0.5, -1], [1, 2]])
  }

  @Test func everyFileIsNamedBeforeParsing() {
    let text = """
      name: s
      base: {model_type: IGR_I, prior: base.h5}
      cases: [{prior: one.h5}, {prior_file: zeros}, {prior: {mu: [0], xi: [0]}}, {prior: one.h5}]
      grid: {prior: [zeros, grid.h5, "quoted name.h5"]}
      zip: {prior: [zip.h5], unknown: [x.h5]}
      exclude: [{prior: out.h5}]
      """
    func asked(_ text: String, overrides: [String] = []) -> [[String]] {
      var asked: [[String]] = []
      _ = try? SweepDefinition.parse(text, path: "s.yaml", overrides: overrides) { files in
        asked.append(files)
        return SweepDefinition.PriorFiles()
      }
      return asked
    }
    #expect(
      asked(text, overrides: ["prior=[set.h5, base.h5]", "temp=1", "prior"]) == [
        ["base.h5", "one.h5", "grid.h5", "quoted name.h5", "zip.h5", "out.h5", "set.h5"]
      ])
    #expect(asked("name: [", overrides: ["prior=set.h5"]) == [])
    #expect(asked(Self.good) == [])
  }

  @Test func theDigestCountsWhatPriorFilesHold() throws {
    func definition(_ name: String, _ prior: HyperparameterValue) throws -> SweepDefinition {
      try SweepDefinition.parse(
        Self.good, path: "s.yaml", overrides: ["prior=a.h5"], priors: ["a.h5": prior, "unused.h5": prior])
    }
    let (a, b) = (Self.fitted["a.h5"] ?? .real(0), Self.fitted["b.h5"] ?? .real(0))
    #expect(try definition("a", a).digest == definition("a", a).digest)
    #expect(try definition("a", a).digest != definition("a", b).digest)
    #expect(try definition("a", a).priors == ["a.h5": a])
  }

  @Test func aFileOfAnotherSizeIsRefusedWhereItIsNamed() {
    let wrong: [String: HyperparameterValue] = ["a.h5": .list([.list([.real(1)]), .list([.real(1)])])]
    let error = #expect(throws: SweepFileError.self) {
      try plan(Self.good + "grid:\n  prior: [a.h5]\n", priors: wrong)
    }
    #expect(
      error?.description
        == "s.yaml:4:11: 'prior': has 1 sticks and IGR_I n_required = 2; fit one of that size, or set n_required: 1"
    )
    let garbage = #expect(throws: SweepFileError.self) {
      try plan(Self.good, set: ["prior=a.h5"], priors: ["a.h5": .real(1)])
    }
    #expect(garbage?.description.hasPrefix("--set prior=a.h5: 'prior': ") == true)
  }
}
