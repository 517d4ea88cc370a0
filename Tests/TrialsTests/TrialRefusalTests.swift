import Testing
import Trials

/// Values that are right alone but not together: each refused with the reason and what would work.
@Suite struct TrialRefusalTests {
  typealias Refusal = TrialConfigurationTests.Refusal

  private static func model(
    _ name: String, _ changes: [String: HyperparameterValue?] = [:]
  ) -> [String: HyperparameterValue?] {
    changes.merging(["model_type": .string(name)]) { first, _ in first }
  }
  private static func untempered(
    _ name: String, _ changes: [String: HyperparameterValue?] = [:]
  ) -> [String: HyperparameterValue?] {
    model(name, changes).merging(["temp": nil]) { first, _ in first }
  }
  private static func experiment(
    _ name: String, _ changes: [String: HyperparameterValue?] = [:]
  ) -> [String: HyperparameterValue?] {
    changes.merging(["experiment": .string(name), "model_type": .string("IGR_I")]) { first, _ in first }
  }
  private static func withoutImages(
    _ name: String, _ changes: [String: HyperparameterValue?] = [:]
  ) -> [String: HyperparameterValue?] {
    experiment(name, changes).merging(["dataset_name": nil]) { first, _ in first }
  }
  private static func list(_ numbers: Double...) -> HyperparameterValue {
    .list(numbers.map(HyperparameterValue.real))
  }
  private static func record(_ name: String) -> HyperparameterValue { .list([.string(name)]) }

  static let sizes: [Refusal] = [
    Refusal(
      ["n_required": .integer(1)], "n_required", "'n_required': GS needs at least 2 categories, found 1"),
    Refusal(
      untempered("Relax_GS_Dis", ["n_required": .integer(1)]), "n_required",
      "'n_required': GS needs at least 2 categories, found 1"),
    Refusal(
      untempered("DLGMM", ["n_required": .integer(1)]), "n_required",
      "'n_required': a mixture needs at least 2 components, found 1"),
    Refusal(
      model("IGR_I_Dis", ["n_required": .integer(0)]), "n_required",
      "'n_required': must be at least 1, found 0"),
    Refusal(
      untempered("VAE"), "latent_norm_n",
      "'latent_norm_n': VAE has normal latents only; give at least 1, found 0"),
    Refusal(
      ["latent_discrete_n": .integer(7)], "latent_discrete_n",
      "'latent_discrete_n': is 10 for GS_Dis with n_required 10, found 7; leave it out"),
    Refusal(
      model("IGR_SB_Dis", ["latent_discrete_n": .integer(50), "n_required": .integer(50)]),
      "latent_discrete_n",
      "'latent_discrete_n': is 51 for IGR_SB_Dis with n_required 50, found 50; leave it out"),
    Refusal(
      model("IGR_SB_Dis", ["latent_discrete_n": .integer(1)]), "latent_discrete_n",
      "'latent_discrete_n': IGR_SB_Dis needs at least 2 categories, found 1"),
    Refusal(
      ["num_of_discrete_param": .integer(2)], "num_of_discrete_param",
      "'num_of_discrete_param': is 1 for GS_Dis with n_required 10, found 2; leave it out"),
    Refusal(
      untempered("DLGMM", ["num_of_discrete_param": .integer(2)]), "num_of_discrete_param",
      "'num_of_discrete_param': is 4 for DLGMM with n_required 20, found 2; leave it out"),
    Refusal(
      model("GS", ["num_of_norm_var": .integer(1)]), "num_of_norm_var",
      "'num_of_norm_var': is 0 for latent_norm_n 0, found 1; leave it out"),
    Refusal(
      model("GS", ["latent_norm_n": .integer(2), "num_of_norm_var": .integer(0)]), "num_of_norm_var",
      "'num_of_norm_var': is at least 1 with latent_norm_n 2, found 0"),
    Refusal(
      model("GS", ["latent_norm_n": .integer(2), "num_of_norm_param": .integer(1)]), "num_of_norm_param",
      "'num_of_norm_param': is 2 for latent_norm_n 2, found 1; leave it out"),
    Refusal(
      [
        "n_required": .integer(9_007_199_254_740_991), "num_of_discrete_var": .integer(9_007_199_254_740_991),
      ],
      "n_required",
      "'n_required': n_required × num_of_discrete_var is 8.112963841460666e+31, at most 1000000 here"),
    Refusal(
      model("GS", ["latent_norm_n": .integer(1_000_001)]), "latent_norm_n",
      "'latent_norm_n': latent_norm_n × num_of_norm_var is 1000001, at most 1000000 here"),
    Refusal(["epochs": .integer(2_097_152)], "epochs", "'epochs': at most 2097151, found 2097152"),
    Refusal(
      model("IGR_SB_Dis", ["quantile": .real(101)]), "quantile",
      "'quantile': is a percentile, at most 100, found 101.0"),
    Refusal(
      model("IGR_SB_Dis", ["threshold": .real(1)]), "threshold", "'threshold': is a mass below 1, found 1.0"),
    Refusal(
      model("IGR_SB_Dis", ["truncation_option": .string("max"), "quantile": .real(50)]), "quantile",
      "'quantile' does not apply to IGR_SB_Dis: truncation_option: max takes the largest count; leave it out here"
    ),
  ]

  static let objectives: [Refusal] = [
    Refusal(
      model("IGR_I_Dis", ["run_closed_form_kl": .boolean(true), "sample_from_disc_kl": .boolean(false)]),
      "run_closed_form_kl",
      "'run_closed_form_kl: true' and 'sample_from_disc_kl: false' name two different KL terms; give one"),
    Refusal(
      model("IGR_Planar_Dis", ["run_closed_form_kl": .boolean(true)]), "run_closed_form_kl",
      "'run_closed_form_kl': the planar flow has no closed KL; leave it out"),
    Refusal(
      model("IGR_SB_Dis", ["sample_from_disc_kl": .boolean(false)]), "sample_from_disc_kl",
      "'sample_from_disc_kl': the discrete KL of IGR_SB_Dis comes from frequencies, which have no gradient;"
        + " leave it out"),
    Refusal(
      ["stick_the_landing": .boolean(true), "sample_from_disc_kl": .boolean(false)], "stick_the_landing",
      "'stick_the_landing': no KL is sampled here, so no log q is; leave it out"),
    Refusal(
      model("IGR_I", ["stick_the_landing": .boolean(true), "run_closed_form_kl": .boolean(true)]),
      "stick_the_landing", "'stick_the_landing': no KL is sampled here, so no log q is; leave it out"),
    Refusal(
      untempered(
        "VAE",
        [
          "latent_norm_n": .integer(2), "stick_the_landing": .boolean(true),
          "sample_from_cont_kl": .boolean(false),
        ]), "stick_the_landing", "'stick_the_landing': no KL is sampled here, so no log q is; leave it out"),
    Refusal(
      model("GS", ["run_jv": .boolean(true)]), "run_jv",
      "'run_jv': JointVAE has normal and discrete latents; give latent_norm_n"),
    Refusal(
      model(
        "GS",
        ["run_jv": .boolean(true), "latent_norm_n": .integer(2), "cont_c_linspace": list(0, 5, 0)]),
      "cont_c_linspace", "'cont_c_linspace': its third number counts iterations, at least 1, found 0"),
    Refusal(
      model(
        "GS",
        ["run_jv": .boolean(true), "latent_norm_n": .integer(2), "disc_c_linspace": list(0, 5, 1.5)]),
      "disc_c_linspace", "'disc_c_linspace': its third number counts iterations, at least 1, found 1.5"),
    Refusal(
      model("GS", ["gamma": .real(3)]), "gamma",
      "'gamma' does not apply to GS: it belongs to run_jv: true; leave it out here"),
    Refusal(
      model("IGR_I_Dis", ["n_required": .integer(3), "prior": .list([list(0, 1), list(0, 1)])]), "prior",
      "'prior': has 2 sticks and IGR_I_Dis n_required = 3; fit one of that size, or set n_required: 2"),
    Refusal(
      model(
        "IGR_I_Dis",
        [
          "n_required": .integer(2), "prior": .list([list(0, 1), list(0, 1)]),
          "sample_from_disc_kl": .boolean(false),
        ]), "prior",
      "'prior': does not enter 'sample_from_disc_kl: false', the KL against the uniform distribution;"
        + " leave one out"),
    Refusal(
      untempered("VAE", ["latent_norm_n": .integer(2), "record": record("gradients")]), "record",
      "'record': gradients are those of a discrete part, which VAE has not; remove it"),
    Refusal(
      untempered("DLGMM_IGR", ["record": record("gradients")]), "record",
      "'record': gradients are those of a discrete part, which DLGMM_IGR has not; remove it"),
    Refusal(
      untempered("Relax_IGR", ["record": record("vertex_distance")]), "record",
      "'record': vertex_distance is that of relaxed samples, which Relax_IGR has not; remove it"),
    Refusal(
      untempered("Relax_GS_Dis", ["record": record("traversals")]), "record",
      "'record': traversals are there for VAE and the relaxations, not for Relax_GS_Dis; remove it"),
  ]

  static let images: [Refusal] = [
    Refusal(
      ["binarization": .string("none")], "binarization",
      "'binarization: none' keeps grey values, which 'likelihood: bernoulli' cannot describe;"
        + " use threshold or stochastic, or likelihood: gaussian"),
    Refusal(
      ["validation_n": .integer(60_000)], "validation_n",
      "'validation_n': must leave images to train on: 60000 held out of 60000 training images; give at most 59999"
    ),
    Refusal(
      ["validation_n": .integer(60), "run_with_sample": .boolean(true)], "validation_n",
      "'validation_n': must leave images to train on: 60 held out of 60 training images; give at most 59"),
    Refusal(
      ["resize": .integer(7)], "resize",
      "'resize': a side of 8 to 512 pixels, or 0 for images as they are, found 7"),
    Refusal(
      ["architecture": .string("conv"), "dataset_name": .string("cifar")], "architecture",
      "'architecture': conv takes 28×28 images, found 32×32; set resize: 28 or use conv_jointvae"),
    Refusal(
      untempered("DLGMM", ["architecture": .string("dlgmm_conv"), "dataset_name": .string("celeb_a")]),
      "architecture",
      "'architecture': dlgmm_conv takes 28×28 images, found 64×64; set resize: 28 or use dlgmm_dense"),
    Refusal(
      ["architecture": .string("conv_jointvae"), "resize": .integer(28)], "architecture",
      "'architecture': conv_jointvae takes 32×32 or 64×64 images, found 28×28; set resize: 32"),
    Refusal(
      ["architecture": .string("conv_jointvae"), "resize": .integer(48)], "architecture",
      "'architecture': conv_jointvae takes 32×32 or 64×64 images, found 48×48; set resize: 64"),
    Refusal(
      untempered("DLGMM", ["architecture": .string("dense_relax")]), "architecture",
      "'architecture': DLGMM takes dlgmm_dense or dlgmm_conv, found dense_relax"),
    Refusal(
      ["architecture": .string("dlgmm_dense")], "architecture",
      "'architecture': dlgmm_dense is a network of the mixtures DLGMM, not of GS_Dis"),
    Refusal(
      ["architecture": .string("nonlinear")], "architecture",
      "'architecture': nonlinear is a network of experiment sop; use dense or another"),
    Refusal(
      experiment("sop", ["architecture": .string("dense")]), "architecture",
      "'architecture': experiment sop takes double_linear, triple_linear or nonlinear, found dense"),
    Refusal(
      experiment("sop", ["dataset_name": .string("celeb_a")]), "dataset_name",
      "'dataset_name': experiment sop predicts halves of 28×28 grey images; celeb_a has colours; use mnist"),
    Refusal(
      experiment("sop", ["dataset_name": .string("cifar:grey")]), "dataset_name",
      "'dataset_name': experiment sop predicts halves of 28×28 grey images, found 32×32; set resize: 28"),
    Refusal(
      experiment("sop", ["resize": .integer(32)]), "resize",
      "'resize': experiment sop predicts halves of 28×28 grey images, found 32×32; leave resize out"),
    Refusal(
      experiment("sop", ["width_height": list(7, 28, 1)]), "width_height",
      "'width_height': experiment sop predicts halves of 28×28 grey images: [14, 28, 1]"),
    Refusal(
      experiment("sop", ["binarization": .string("none")]), "binarization",
      "'binarization: none' keeps grey values, which structured output prediction cannot describe;"
        + " use threshold or stochastic"),
    Refusal(
      experiment("sop", ["iter_per_epoch": .integer(100)]), "iter_per_epoch",
      "'iter_per_epoch': is 600 for 60000 images in batches of 100, found 100; leave it out"),
    Refusal(
      experiment("sop", ["iter_per_epoch": .integer(1), "dataset_name": .string("omniglot")]),
      "iter_per_epoch",
      "'iter_per_epoch': follows from the images of omniglot and batch_n; leave it out"),
  ]

  static let experiments: [Refusal] = [
    Refusal(
      experiment("sop", ["model_type": .string("IGR_I_Dis")]), "model_type",
      "'model_type': IGR_I_Dis does not go with experiment sop; it takes GS, IGR_I, IGR_Planar, IGR_SB,"
        + " IGR_SB_Finite"),
    Refusal(
      withoutImages("prior_fit", ["model_type": .string("GS")]), "model_type",
      "'model_type': GS does not go with experiment prior_fit; it takes IGR_I, IGR_Planar, IGR_SB, IGR_SB_Finite"
    ),
    Refusal(
      withoutImages("relax_toy", ["temp": nil]), "model_type",
      "'model_type': IGR_I does not go with experiment relax_toy; it takes Relax_Ber_Dis"),
    Refusal(
      withoutImages("approximation"), "target",
      "'target' is required for experiment approximation, as in target: poisson, and not given"),
    Refusal(
      withoutImages("approximation", ["target": .string("discrete"), "n_required": .integer(8)]),
      "n_required", "'n_required': the target 'discrete' has 10 points, IGR_I 9 categories"),
    Refusal(
      withoutImages(
        "relax_toy",
        [
          "temp": nil, "model_type": nil, "toy_targets": list(0.4, 1.5),
        ]), "toy_targets", "'toy_targets': each is between 0 and 1, found 1.5"),
    Refusal(
      withoutImages(
        "relax_toy",
        [
          "temp": nil, "model_type": nil, "sample_size": .integer(1),
        ]), "sample_size", "'sample_size': the gradient's variance needs at least 2 draws per step, found 1"),
  ]

  /// Names that mean nothing for the trial, each with its reason.
  static let inapplicable: [Refusal] = [
    Refusal(
      ["run_closed_form_kl": .boolean(false)], "run_closed_form_kl",
      "'run_closed_form_kl' does not apply to GS_Dis: only IGR's relaxations have Gaussians; leave it out here"
    ),
    Refusal(
      ["latent_norm_n": .integer(2)], "latent_norm_n",
      "'latent_norm_n' does not apply to GS_Dis: it has discrete latents only; GS may have normal ones;"
        + " leave it out here"),
    Refusal(
      untempered("Relax_Ber_Dis", ["latent_norm_n": .integer(2)]), "latent_norm_n",
      "'latent_norm_n' does not apply to Relax_Ber_Dis: RELAX estimates gradients of discrete latents alone;"
        + " leave it out here"),
    Refusal(
      untempered("DLGMM", ["run_jv": .boolean(true)]), "run_jv",
      "'run_jv' does not apply to DLGMM: its only latents are a mixture's; leave it out here"),
    Refusal(
      model("Relax_GS_Dis"), "temp",
      "'temp' does not apply to Relax_GS_Dis: the temperature of its control variate is trained;"
        + " leave it out here"),
    Refusal(
      model("DLGMM_IGR"), "temp",
      "'temp' does not apply to DLGMM_IGR: its weights are not relaxed; leave it out here"),
    Refusal(
      model("VAE", ["latent_norm_n": .integer(2)]), "temp",
      "'temp' does not apply to VAE: it has normal latents only; leave it out here"),
    Refusal(
      ["threshold": .real(0.9)], "threshold",
      "'threshold' does not apply to GS_Dis: only IGR_SB, IGR_SB_Dis, DLGMM_Var and DLGMM_IGR_SB drop sticks;"
        + " leave it out here"),
    Refusal(
      untempered("Relax_GS_Dis", ["stick_the_landing": .boolean(true)]), "stick_the_landing",
      "'stick_the_landing' does not apply to Relax_GS_Dis: it is for relaxations, which train on samples between"
        + " the vertices; leave it out here"),
    Refusal(
      ["target": .string("poisson")], "target",
      "'target' does not apply to GS_Dis: it belongs to experiment approximation; leave it out here"),
    Refusal(
      ["iter_per_epoch": .integer(1)], "iter_per_epoch",
      "'iter_per_epoch' does not apply to GS_Dis: an epoch is one pass over the training images;"
        + " leave it out here"),
    Refusal(
      experiment("sop", ["n_required": .integer(2)]), "n_required",
      "'n_required' does not apply to experiment sop with IGR_I: its layers have units_per_layer binary units;"
        + " leave it out here"),
    Refusal(
      experiment("sop", ["sample_size_testing": .integer(2)]), "sample_size_testing",
      "'sample_size_testing' does not apply to experiment sop with IGR_I: test_sample_size is its name there;"
        + " leave it out here"),
    Refusal(
      experiment("prior_fit"), "dataset_name",
      "'dataset_name' does not apply to experiment prior_fit with IGR_I: it has no images; leave it out here"),
    Refusal(
      withoutImages("prior_fit", ["prior": .string("zeros")]), "prior",
      "'prior' does not apply to experiment prior_fit with IGR_I: it belongs to experiment vae;"
        + " leave it out here"),
  ]

  @Test(arguments: sizes + objectives + images + experiments + inapplicable)
  func saysWhyAndWhatWouldWork(_ refusal: Refusal) {
    refusal.verify(from: TrialConfigurationTests.smallest)
  }

  /// What a careless check would refuse.
  static let accepted: [[String: HyperparameterValue?]] = [
    model("IGR_I_Dis", ["n_required": .integer(1)]),
    untempered("Relax_Ber_Dis", ["n_required": .integer(1), "num_of_discrete_var": .integer(1)]),
    untempered("Relax_IGR", ["architecture": .string("conv")]),
    untempered("Relax_GS_Dis", ["architecture": .string("conv_jointvae"), "record": record("gradients")]),
    untempered("DLGMM_IGR_SB", ["architecture": .string("dlgmm_conv")]),
    untempered("DLGMM", ["dataset_name": .string("fmnist")]),
    untempered("VAE", ["latent_norm_n": .integer(2), "record": record("traversals")]),
    untempered("VAE", ["latent_norm_n": .integer(2), "run_jv": .boolean(true), "gamma": .real(30)]),
    model("IGR_Planar_Dis", ["sample_from_disc_kl": .boolean(true), "run_closed_form_kl": .boolean(false)]),
    model("IGR_SB_Dis", ["run_closed_form_kl": .boolean(true), "latent_discrete_n": .integer(50)]),
    model("IGR_SB", ["truncation_options": .string("max"), "threshold": .real(0.9)]),
    model("IGR_I", ["latent_norm_n": .integer(2), "num_of_norm_var": .integer(3)]),
    // The normal part's KL is still sampled.
    model(
      "IGR_I",
      [
        "latent_norm_n": .integer(2), "stick_the_landing": .boolean(true),
        "run_closed_form_kl": .boolean(true),
      ]),
    model("IGR_I_Dis", ["n_required": .integer(2), "prior": .list([list(0, 1), list(0, -0.5)])]),
    ["likelihood": .string("gaussian"), "binarization": .string("none")],
    ["likelihood": .string("gaussian")],
    ["dataset_name": .string("celeb_a"), "resize": .integer(28), "architecture": .string("conv")],
    ["dataset_name": .string("cifar"), "architecture": .string("conv_jointvae")],
    [
      "dataset_name": .string("hdf5:mine.h5"), "architecture": .string("conv"),
      "validation_n": .integer(70_000),
    ],
    ["batch_n": .integer(100_000)],
    experiment("sop", ["iter_per_epoch": .integer(300), "batch_n": .integer(200)]),
    experiment("sop", ["dataset_name": .string("fmnist"), "weight_decay": .integer(0)]),
    experiment("sop", ["dataset_name": .string("cifar:grey"), "resize": .integer(28)]),
    withoutImages(
      "approximation",
      [
        "target": .string("discrete"), "n_required": .integer(9), "fit_loss": .string("squared"),
      ]),
    withoutImages("prior_fit", ["num_of_discrete_var": .integer(3), "save_every": .integer(100)]),
    withoutImages(
      "relax_toy",
      [
        "temp": nil, "model_type": nil, "toy_targets": list(1, 0.4, 0),
        "estimator": .string("rebar"),
      ]),
  ]

  @Test(arguments: accepted) func isNoReasonToRefuse(_ changes: [String: HyperparameterValue?]) throws {
    var values = TrialConfigurationTests.smallest
    for (name, value) in changes { values[name] = value }
    let configuration = try TrialConfiguration(validating: values)
    #expect(try TrialConfiguration(canonicalJSON: configuration.canonicalJSON) == configuration)
  }
}
