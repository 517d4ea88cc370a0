import Aggregation
import Trials

extension TablePreset {
  /// Every table and figure of the publication (engine specification part 15).
  public static let all: [TablePreset] = [
    TablePreset(
      name: "log-likelihood",
      summary: "test log-likelihood by model, data set and architecture, with and without stick-the-landing",
      request: TableRequest(
        rows: ["model_type", "stick_the_landing"], columns: ["dataset_name", "architecture"],
        metrics: [.testLogLikelihood]),
      needs: [.experiment([.vae])], figures: []),
    TablePreset(
      name: "sop", summary: "structured output prediction: test log-likelihood by model, network and samples",
      request: TableRequest(columns: ["architecture", "sample_size"], metrics: [.testLogLikelihood]),
      needs: [.experiment([.sop])], figures: []),
    TablePreset(
      name: "mixtures",
      summary: "mixtures with stick-breaking weights: test log-likelihood and components in use",
      request: TableRequest(metrics: [.testLogLikelihood, .testELBO, .nRequired], select: []),
      needs: [.experiment([.vae]), .model("a mixture (DLGMM…)") { $0.family == .mixture }], figures: []),
    TablePreset(
      name: "jointvae", summary: "JointVAE: test ELBO and log-likelihood by model and data set",
      request: TableRequest(columns: ["dataset_name"], metrics: [.testLogLikelihood, .testELBO]),
      needs: [.experiment([.vae]), .jointVAE], figures: []),
    TablePreset(
      name: "temperature", summary: "robustness to the temperature: every model at every temperature",
      request: TableRequest(
        rows: ["model_type", "temp"], metrics: [.testLogLikelihood, .testELBO, .trainLoss], select: [],
        apart: ["temp"]),
      needs: [.experiment([.vae, .sop]), .several("temp")],
      figures: [FigurePlan.temperatureName(Metric.testLogLikelihood.name)]),
    TablePreset(
      name: "n_required", summary: "categories, sticks or components in use, and what that costs",
      request: TableRequest(
        rows: ["model_type", "n_required"], metrics: [.nRequired, .testLogLikelihood], select: ["temp"]),
      needs: [
        .experiment([.vae]), .model("truncated (IGR_SB…, DLGMM_Var, DLGMM_IGR_SB)") { $0.isTruncated },
      ], figures: []),
    TablePreset(
      name: "approximation", summary: "distance to each target distribution by model and n_required",
      request: TableRequest(
        rows: ["model_type", "n_required"], columns: ["target"], metrics: [.targetDistance, .nRequired]),
      needs: [.experiment([.approximation])], figures: [FigurePlan.histogramsName]),
    TablePreset(
      name: "prior-fit", summary: "how well fitted priors are uniform, by model and temperature",
      request: TableRequest(
        rows: ["model_type", "n_required", "temp"], metrics: [.targetDistance], select: [], apart: ["temp"]),
      needs: [.experiment([.priorFit])], figures: [FigurePlan.histogramsName]),
    TablePreset(
      name: "simplex-proximity", summary: "distance of samples to the vertex by model and temperature",
      request: .standard(for: .simplexProximity), needs: [.experiment([.simplexProximity])],
      figures: [FigurePlan.temperatureName("vertex_distance")]),
    TablePreset(
      name: "gradients",
      summary: "share of vanished gradients, their variance, and distance to the vertex by temperature",
      request: TableRequest(
        rows: ["model_type", "temp"], metrics: [.vanishedGradients, .gradientVariance, .vertexDistance],
        select: [], apart: ["temp"]),
      needs: [
        .experiment([.vae]),
        .measured(.vanishedGradients, advice: "the sweep needs record: [gradients, vertex_distance]"),
      ],
      figures: [Metric.vanishedGradients, .gradientVariance, .vertexDistance].map {
        FigurePlan.temperatureName($0.name)
      }),
    TablePreset(
      name: "relax-toy", summary: "REINFORCE, REBAR and RELAX: loss and variance of the gradient",
      request: .standard(for: .relaxToy), needs: [.experiment([.relaxToy])],
      figures: [Metric.expectedLoss, .gradientVariance].map { FigurePlan.epochName($0) }),
    TablePreset(
      name: "learning-curves", summary: "figures of every metric over the epochs, and where the curves end",
      request: TableRequest(metrics: [.testELBO, .trainLoss]), needs: [.experiment([.vae])],
      figures: [Metric.testELBO, .trainLoss].map { FigurePlan.epochName($0) }),
  ]
}
