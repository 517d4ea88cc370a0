import FoundationEssentials
import Testing
import Trials

/// The table of hyperparameters in sweeps/README.md is the one that the program has.
@Suite struct HyperparameterTableTests {
  /// Where a name applies, in words; the first that is true of exactly the right experiments and models is taken.
  private static let scopes: [(words: String, holds: @Sendable (Experiment, ModelType) -> Bool)] = [
    ("all", { _, _ in true }),
    ("vae, sop", { experiment, _ in experiment.usesImages }),
    ("vae", { experiment, _ in experiment == .vae }),
    ("sop", { experiment, _ in experiment == .sop }),
    ("approximation", { experiment, _ in experiment == .approximation }),
    ("relax_toy", { experiment, _ in experiment == .relaxToy }),
    ("approximation, prior_fit, simplex_proximity", { experiment, _ in experiment.fitsDistribution }),
    ("all but vae", { experiment, _ in experiment != .vae }),
    ("GS, IGR", { _, model in model.isRelaxation }),
    ("vae: GS, IGR", { experiment, model in experiment == .vae && model.isRelaxation }),
    ("vae: IGR", { experiment, model in experiment == .vae && model.isIGR }),
    (
      "vae: GS, IGR, VAE",
      { experiment, model in experiment == .vae && (model.isRelaxation || model == .vae) }
    ),
    (
      "vae, without `_Dis`: VAE, GS, IGR",
      { experiment, model in experiment == .vae && model.mayHaveNormalPart }
    ),
    (
      "vae, without `_Dis`: GS, IGR",
      { experiment, model in experiment == .vae && model.mayHaveNormalPart && model != .vae }
    ),
    (
      "vae: all but VAE; approximation, prior_fit, simplex_proximity",
      { experiment, model in (experiment == .vae && model != .vae) || experiment.fitsDistribution }
    ),
    (
      "all but sop: IGR_SB, IGR_SB_Dis, DLGMM_Var, DLGMM_IGR_SB",
      { experiment, model in experiment != .sop && model.isTruncated }
    ),
  ]

  private static func row(of hyperparameter: Hyperparameter) throws -> String {
    let name = hyperparameter.name
    var holds: [Bool] = []
    var isRequired = true
    for (experiment, model) in TrialDefaultsTests.kinds {
      var given = TrialDefaultsTests.smallest(experiment, model)
      if experiment == .vae, model.mayHaveNormalPart {
        given["latent_norm_n"] = .integer(10)
        given["run_jv"] = .boolean(true)
      }
      let value = try TrialConfiguration(validating: given).values[name]
      if value != nil, given[name] == nil { isRequired = false }
      holds.append(value != nil)
    }
    let scope = Self.scopes.first { scope in TrialDefaultsTests.kinds.map(scope.holds) == holds }
    let usual =
      hyperparameter.defaultValue.map(\.displayText)
      ?? (isRequired || name == "dataset_name" || name == "model_type" ? "required" : "derived")
    let names = ([name] + hyperparameter.aliases).map { "`\($0)`" }
    let cells = [
      names[0] + (names.count > 1 ? " (\(names.dropFirst().joined(separator: ", ")))" : ""),
      Self.values(of: hyperparameter), usual, try #require(scope, "where does \(name) apply?").words,
      hyperparameter.summary,
    ]
    return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  private static func values(of hyperparameter: Hyperparameter) -> String {
    switch hyperparameter.kind {
    case .integer(let least): return "integer ≥ \(least)"
    case .real(let bound, let orEqual): return "number \(orEqual ? "≥" : ">") \(Int(bound))"
    case .boolean: return "true, false"
    case .choice(let built, _):
      return hyperparameter.name == "model_type" ? "see Models" : built.joined(separator: ", ")
    case .dataset(let names): return (names + ["hdf5:PATH"]).joined(separator: ", ")
    case .names(let names): return "list of " + names.joined(separator: ", ")
    case .numbers(let count, let least):
      return "list of \(count.map { "\($0) " } ?? "")numbers ≥ \(Int(least))"
    case .prior: return "zeros, mapping, path"
    }
  }

  @Test func theReadmeHasTheProgramsTable() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "sweeps/README.md"), encoding: .utf8)
    let table = try Hyperparameter.all.map(Self.row).joined(separator: "\n")
    let isThere = readme.contains(table + "\n")
    #expect(isThere, "sweeps/README.md needs these rows:\n\(table)")
  }

  @Test func theReadmeNamesEveryModelAndExperiment() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "sweeps/README.md"), encoding: .utf8)
    let names = ModelType.allCases.map(\.rawValue) + Experiment.allCases.map(\.rawValue)
    for name in names + Hyperparameter.modelTypeAliases.keys {
      let isThere = readme.contains("`\(name)`")
      #expect(isThere, "\(name)")
    }
  }
}
