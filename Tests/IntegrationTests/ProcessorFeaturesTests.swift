import Foundation
import ResultStore
import Tensors
import TestSupport
import Testing
import Trials

/// Another processor adds up matrix products in another order and nothing else: one step with features masked gives the
/// same numbers within 1e-5, and the same bits where the products are our own (AVX2 and wider) and when nothing is masked.
@Suite struct ProcessorFeaturesTests {
  /// The result of one step on 60 images.
  private func step(_ name: String, environment: [String: String], in folder: String) throws -> TrialRecord {
    let results = folder + "/" + name
    let run = try RunningProgram.run(
      "igr", ["run", folder + "/sweep.yaml", "--results", results, "--workers", "1"], environment: environment
    )
    try #require(run.status == 0, "\(run.errors)")
    let paths = RunPaths(root: results)
    let id = try #require(try paths.publishedTrials().first)
    return try TrialFile.read(paths.trialFile(id))
  }

  /// Weights are compared bit for bit only: Adam's first step is all but the sign of the gradient, which rounding decides
  /// where it is nearly zero.
  @Test func oneStepAgreesWithFeaturesMasked() throws {
    try withTemporaryFolder { folder in
      try """
      name: one-step
      base:
        dataset_name: mnist
        run_with_sample: true
        architecture: dense_nonlinear
        model_type: IGR_I_Dis
        n_required: 9
        temp: 0.5
        batch_n: 60
        epochs: 1
        sample_size_testing: 2
        seed: 1
      """.write(toFile: folder + "/sweep.yaml", atomically: true, encoding: .utf8)
      let plain = try step("plain", environment: [:], in: folder)
      let again = try step("again", environment: [:], in: folder)
      #expect(TrialFile.digest(of: again) == TrialFile.digest(of: plain))
      let measured = ["train_loss", "gradient_norm", "test_elbo"]
      #if arch(x86_64)
        let masks = [
          ["OPENBLAS_CORETYPE": "Nehalem", "IGR_CPU_TARGET": "sse2"],
          ["OPENBLAS_CORETYPE": "Nehalem", "IGR_CPU_TARGET": "avx2"],
        ]
        let ownProducts = ["avx2", "avx512"]
      #else
        let masks = [["OPENBLAS_CORETYPE": "ARMV8"]]
        let ownProducts: [String] = []
      #endif
      for (number, mask) in masks.enumerated() {
        let masked = try step("masked-\(number)", environment: mask, in: folder)
        if let target = mask["IGR_CPU_TARGET"], ownProducts.contains(target),
          ownProducts.contains(LinearAlgebraLibrary.kernelTarget)
        {
          #expect(TrialFile.digest(of: masked) == TrialFile.digest(of: plain), "\(mask)")
        }
        for name in measured {
          let (one, other) = (
            try #require(masked.metrics[name]?.last), try #require(plain.metrics[name]?.last)
          )
          #expect(abs(one - other) <= 1e-5 * abs(other), "\(name) with \(mask): \(one), \(other)")
        }
      }
    }
  }
}
