import FoundationEssentials
import SweepFiles
import Testing
import Trials

/// The files under sweeps/ mean what their README says.
@Suite struct ShippedSweepsTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "sweeps")

  struct Shipped: Sendable, CustomTestStringConvertible {
    let name: String
    let experiment: Experiment
    /// Models × … as the README counts them.
    let trials: Int
    let varying: [String]
    /// Options that make the whole sweep small.
    let shrinking: [String]
    let shrunken: Int
    var testDescription: String { name }
  }

  static let sample = ["run_with_sample=true", "epochs=1", "seed=1"]
  static let small = ["epochs=1", "sample_size=20", "seed=1"]

  static let shipped: [Shipped] = [
    Shipped(
      name: "quickstart", experiment: .vae, trials: 2 * 2 * 2, varying: ["model_type", "temp", "seed"],
      shrinking: sample, shrunken: 4),
    Shipped(
      name: "mnist-vae", experiment: .vae, trials: 2 * 5, varying: ["model_type", "seed"], shrinking: sample,
      shrunken: 2),
    Shipped(
      name: "discrete-vae-temperatures", experiment: .vae, trials: (5 * 7 + 3) * 5,
      varying: ["model_type", "temp", "seed"], shrinking: sample, shrunken: 38),
    Shipped(
      name: "discrete-vae-tables", experiment: .vae, trials: (5 * 2 + 3) * 3 * 3 * 5,
      varying: ["dataset_name", "model_type", "architecture", "stick_the_landing", "seed"],
      shrinking: sample, shrunken: 117),
    Shipped(
      name: "nonparametric-mixtures", experiment: .vae, trials: 4 * 5, varying: ["model_type", "seed"],
      shrinking: sample, shrunken: 4),
    Shipped(
      name: "structured-output", experiment: .sop, trials: 4 * 3 * 3 * 5,
      varying: ["model_type", "architecture", "sample_size", "seed"], shrinking: sample, shrunken: 36),
    Shipped(
      name: "jointvae", experiment: .vae, trials: 4 * 3 * 5, varying: ["dataset_name", "model_type", "seed"],
      shrinking: sample, shrunken: 12),
    Shipped(
      name: "low-temperature", experiment: .vae, trials: 2 * 6 * 5, varying: ["model_type", "temp", "seed"],
      shrinking: sample, shrunken: 12),
    Shipped(
      name: "approximations", experiment: .approximation, trials: 7 * 7,
      varying: ["model_type", "n_required", "target"], shrinking: small, shrunken: 49),
    Shipped(
      name: "simplex-proximity", experiment: .simplexProximity, trials: 5 * 100,
      varying: ["model_type", "temp"], shrinking: small + ["temp=[0.05, 1]"], shrunken: 10),
    Shipped(
      name: "prior-fit", experiment: .priorFit, trials: 4 * 7, varying: ["model_type", "temp"],
      shrinking: small, shrunken: 28),
    Shipped(
      name: "relax-toy", experiment: .relaxToy, trials: 3 * 2 * 5,
      varying: ["estimator", "toy_targets", "seed"], shrinking: small + ["iter_per_epoch=2"], shrunken: 6),
  ]

  private func plan(_ shipped: Shipped, set overrides: [String] = []) throws -> SweepPlan {
    try SweepDefinition.read(
      path: Self.folder.appending(path: "\(shipped.name).yaml").path, overrides: overrides
    ).plan { _ in "data" }
  }

  @Test(arguments: shipped) func plansWithoutAWarning(_ shipped: Shipped) throws {
    let plan = try plan(shipped)
    #expect(plan.sweep.name == shipped.name)
    #expect(!plan.sweep.summary.isEmpty)
    #expect(plan.sweep.trials.count == shipped.trials)
    #expect(plan.varying.names == shipped.varying)
    #expect(plan.warnings == [])
    #expect(plan.sweep.trials.allSatisfy { $0.configuration.experiment == shipped.experiment })
    #expect(Set(plan.sweep.trials.map(plan.label)).count == shipped.trials, "labels are distinct")
    #expect(plan.text.hasPrefix("\(shipped.name): \(shipped.trials) trials\n"))
  }

  @Test(arguments: shipped) func plansWhenShrunken(_ shipped: Shipped) throws {
    let plan = try plan(shipped, set: shipped.shrinking)
    #expect(plan.sweep.trials.count == shipped.shrunken)
    #expect(plan.warnings == [])
    let steps = plan.sweep.trials.compactMap(\.configuration.optimizerSteps)
    #expect(steps.count == shipped.shrunken && steps.allSatisfy { $0 <= 12 }, "\(steps)")
  }

  @Test func everyFileIsTestedAndInTheReadme() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(files == Self.shipped.map { $0.name + ".yaml" }.sorted())
    let readme = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    for shipped in Self.shipped {
      let isThere = readme.contains("| `\(shipped.name).yaml` | \(shipped.trials) |")
      #expect(isThere, "\(shipped.name) has \(shipped.trials) trials")
    }
  }

  /// Ten categories everywhere, the infinite ones apart: GS counts categories, IGR sticks.
  @Test(arguments: ["quickstart", "mnist-vae", "low-temperature", "jointvae"])
  func modelsAreComparedWithTenCategories(_ name: String) throws {
    let shipped = try #require(Self.shipped.first { $0.name == name })
    #expect(try plan(shipped).sweep.trials.allSatisfy { $0.configuration.latentDiscreteN == 10 })
  }

  @Test func proximityIsMeasuredOverFiftyCategories() throws {
    let shipped = try #require(Self.shipped.first { $0.name == "simplex-proximity" })
    let trials = try plan(shipped).sweep.trials.map(\.configuration)
    #expect(trials.allSatisfy { $0.latentDiscreteN == 50 && $0.sampleSize == 10_000 })
    #expect(Set(trials.map(\.temperature)).count == 100)
    #expect(trials.map(\.temperature).min() == 0.05 && trials.map(\.temperature).max() == 1)
  }

  /// Results that people have must stay results as long as `EngineVersion.result`, here 5, stays.
  @Test func trialsOfEarlierVersionsKeepTheirIDs() throws {
    let ids = [
      "quickstart": [
        "9e5afac8d267de7f", "a26456fbc46d938d", "7b7936153acb96a6", "e58478c863afefe0", "1422beb6d8761f7c",
        "ecf362df35b8f985", "a4703091561580db", "657adda6d23e0bc4",
      ],
      "mnist-vae": [
        "9622f8c976d3dc4e", "6328ab083734c99c", "c868a5e227350640", "dbea16ea0a8561bb", "58f7a3dba1d94f04",
        "cfad521a0a085f0e", "bbfccb00ea903741", "f32aa8eba115d364", "58c412aba20e5587", "42a8e1cf714b7c33",
      ],
    ]
    for shipped in Self.shipped {
      guard let expected = ids[shipped.name] else { continue }
      let plan = try SweepDefinition.read(path: Self.folder.appending(path: "\(shipped.name).yaml").path)
        .plan { _ in "d" }
      #expect(plan.sweep.trials.map(\.id.description) == expected, "\(shipped.name)")
    }
  }
}
