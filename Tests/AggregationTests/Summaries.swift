import Trials

/// Trials as tests need them: mnist unless said otherwise, metrics as given.
enum Summaries {
  static func one(
    _ model: String = "GS_Dis", temp: Double = 0.5, seed: Int = 1,
    changes: [String: HyperparameterValue] = [:],
    state: TrialState = .completed, cause: EndCause? = nil, digest: String = "data",
    metrics: [String: Double] = [:]
  ) throws -> TrialSummary {
    let values: [String: HyperparameterValue] = [
      "dataset_name": .string("mnist"), "model_type": .string(model), "temp": .real(temp),
      "seed": .integer(seed),
      "n_required": .integer(model == "GS_Dis" ? 10 : 9),
    ]
    let configuration = try TrialConfiguration(validating: values.merging(changes) { $1 })
    return TrialSummary(
      trial: Trial(configuration: configuration, dataDigest: digest, threads: 1), state: state,
      metrics: metrics,
      cause: cause)
  }

  /// GS_Dis is best at 0.25 by train_loss although 0.5 has the better test figures; IGR_I_Dis is best at 0.5.
  static func quickstart() throws -> [TrialSummary] {
    let losses: [(String, Double, [Double])] = [
      ("GS_Dis", 0.25, [118.25, 119.5]), ("GS_Dis", 0.5, [121, 122.5]), ("IGR_I_Dis", 0.25, [130, 129]),
      ("IGR_I_Dis", 0.5, [112.5, 113]),
    ]
    return try losses.flatMap { model, temp, losses in
      try losses.enumerated().map { index, loss in
        try one(
          model, temp: temp, seed: index + 1,
          metrics: [
            "train_loss": loss, "test_elbo": -loss - 3 + 10 * temp, "test_elbo_discrete_kl": -loss - 2,
            "test_log_likelihood": -loss + 9 * temp, "val_elbo": .nan,
          ])
      }
    }
  }
}
