import TestSupport
import Testing

import class Foundation.NSNumber

/// Every golden file, and every list in it, belongs to a test.
@Suite struct GoldenCoverageTests {
  /// Who computes a file's numbers, by what stands at its top level beside `about`.
  private static let suites: [String: [String: String]] = [
    "adam": ["cases": "KernelTests.AdamTests"],
    "conv": ["cases": "GoldenConvolutionTests"],
    "dlgmm": ["cases": "MixtureObjectiveTests"],
    "exp_concrete": ["cases": "GoldenFunctionTests"],
    "gaussian_kl": ["cases": "NormalPartTests"],
    "gumbel_softmax": ["cases": "GoldenFunctionTests"],
    "igr_category_probabilities": ["cases": "GoldenFunctionTests", "relax_igr": "GoldenRelaxGraphTests"],
    "igr_sample": ["cases": "IGRSampleTests"],
    "jointvae": ["schedule": "JointObjectiveTests", "loss": "JointObjectiveTests"],
    "likelihood": ["cases": "GoldenFunctionTests"],
    "objectives": ["cases": "GoldenFunctionTests"],
    "philox4x32": ["cases": "KernelTests.PhiloxTests"],
    "planar": ["cases": "PlanarFlowTests"],
    "relax": ["gs": "GoldenRelaxTests", "ber": "GoldenRelaxTests"],
    "softmax_pp": ["cases": "GoldenFunctionTests"],
    "sop": ["cases": "GoldenStructuredOutputTests", "learning_rate": "GoldenStructuredOutputTests"],
    "stick_breaking": ["cases": "StickBreakingTests", "truncation": "StickBreakingTests"],
    "stick_distributions": ["cases": "StickDistributionTests"],
  ]
  /// Whole trainings: `Tests/System/learning-curves` compares with them; here the file is read.
  private static let learningCurves = "learning_curves"
  /// `GoldenModelTests` checks the keys of its files itself.
  private static let modelPrefix = "model_"

  @Test func everyFileIsUnderstood() throws {
    let files = try GoldenFile.all { _ in true }
    #expect(!files.isEmpty, "no golden file in \(GoldenFile.folder.path)")
    for file in files where !file.name.hasPrefix(Self.modelPrefix) && file.name != Self.learningCurves {
      let parts = try #require(Self.suites[file.name], "\(file.name).json: no test knows this file")
      let unknown = Set(file.root.keys).subtracting(["about"]).subtracting(parts.keys)
      #expect(unknown.isEmpty, "\(file.name).json: \(unknown.sorted()) not understood")
    }
  }

  @Test func theProjectsOwnFolderIsWhole() throws {
    guard GoldenFile.givenFolder == nil else { return }
    let names = Set(try GoldenFile.all { _ in true }.map(\.name))
    #expect(names.isSuperset(of: Self.suites.keys) && names.contains(Self.learningCurves))
    for model in ["GS_Dis", "IGR_I_Dis", "IGR_I", "IGR_Planar_Dis", "IGR_SB_Finite_Dis"] {
      for architecture in ["dense", "dense_nonlinear"] {
        for samples in [1, 2] {
          #expect(names.contains("\(Self.modelPrefix)\(model)_\(architecture)_S\(samples)"))
        }
      }
    }
  }

  /// One mean and one deviation per epoch for each combination, as many runs as seeds.
  @Test func learningCurvesAreWellFormed() throws {
    for file in try GoldenFile.all(where: { $0 == Self.learningCurves }) {
      try file.single.requireKeys(
        within: ["about", "epochs", "combinations", "second_implementation_one_seed"])
      let epochs = try file.single.integers("epochs")
      for combination in try GoldenFile.cases(of: file.name, in: "combinations") {
        let what = try combination.text("model_type") + " " + combination.text("architecture")
        #expect(try combination.number("temp") > 0, "\(what)")
        for name in ["test_elbo", "train_loss"] {
          // Training losses begin with the first epoch.
          let points = name == "test_elbo" ? epochs.count : epochs.count - 1
          let curves = try combination.part(name)
          for key in ["mean", "sd"] {
            let curve = try #require(curves.values[key] as? [NSNumber], "\(what): \(name) \(key)")
            #expect(curve.count == points && curve.allSatisfy { $0.doubleValue.isFinite }, "\(what): \(name)")
          }
          let runs = try #require(curves.values["runs"] as? [[NSNumber]], "\(what): \(name)")
          // Seeds that collapsed are left out.
          #expect(try runs.count == combination.integers("statistics_over_seeds").count, "\(what): \(name)")
          #expect(runs.allSatisfy { $0.count == points }, "\(what): \(name)")
          let means = try #require(curves.values["mean"] as? [NSNumber]).map(\.doubleValue)
          for point in 0..<points {
            let mean = runs.reduce(0) { $0 + $1[point].doubleValue } / Double(runs.count)
            #expect(abs(mean - means[point]) <= 2e-3, "\(what): \(name) at \(point)")
          }
        }
      }
    }
  }
}
