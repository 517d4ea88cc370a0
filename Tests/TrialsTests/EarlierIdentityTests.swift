import Testing
import Trials

/// What version 0.1.0 planned for the sweep files of `sweeps/` and a few others: configurations with their data and
/// threads, and the names it gave them. They hold for ever: a hyperparameter added by a later version is neutral at its
/// default, so a folder of today resumes with every version that gives the same numbers (`EngineVersion.result` 3;
/// a version that gives others takes this list anew).
@Suite struct EarlierIdentityTests {
  @Test(arguments: known.indices) func aTrialKeepsItsName(_ index: Int) throws {
    let (config, data, threads, id) = Self.known[index]
    let configuration = try TrialConfiguration(canonicalJSON: config)
    #expect(TrialID(of: configuration, dataDigest: data, threads: threads).description == id, "\(config)")
  }

  @Test func theListHasEveryExperimentAndModel() throws {
    let configurations = try Self.known.map { try TrialConfiguration(canonicalJSON: $0.0) }
    #expect(Set(configurations.map(\.experiment)) == Set(Experiment.allCases))
    #expect(Set(configurations.map(\.modelType)).count >= 16)
  }

  // swift-format-ignore
  static let known: [(String, String, Int, String)] = [
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"GS","n_required":20,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "4d94d9425075b400"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "91d6154849373dbf"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "014fad4f04d28fb0"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "32515e9ec13a7939"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "2a116db7c9f7e8d9"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"GS","n_required":20,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "3d70cd348152e0d0"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "d4a01e5982a39c5b"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "63ee55268de75c1b"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "b79366955d0e67a1"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "952b36f98f8c0c7c"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e2e541c7c22f824d"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_I_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "d2d99ea56addb86a"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_Planar_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e5ad5073b540a67a"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Finite_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "a4b38fc9c86b27c9"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":50,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Dis","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "9305f95bd82776ce"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "67a9cc90d3496770"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":200,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_Ber_Dis","n_required":200,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "7d9836a4f82ac4b9"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_IGR","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "40070c76165d1778"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"VAE","num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "c17d208c5379b125"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"cont_c_linspace":[0,5,25000],"dataset_name":"cifar","disc_c_linspace":[0,5,25000],"epochs":3,"experiment":"vae","gamma":30,"latent_discrete_n":10,"latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"GS","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":true,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "c2e721dc7567ec51"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":3,"latent_norm_n":3,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_I","n_required":2,"num_of_discrete_param":2,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","prior":[[0.1,0.2],[0.3,0.4]],"record":[],"resize":0,"run_closed_form_kl":false,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "c749f75caa5dd5a3"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":31,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_SB_Dis","n_required":30,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "8033a0ff171c3891"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":3,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":11,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_Planar_Dis","n_required":10,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":64,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":1,"seed":4,"stick_the_landing":false,"temp":0.25,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "bc0d584689716d03"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "d72fadd607843234"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_Var","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5fddc404cfd211b0"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "161089af24ccb976"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR_SB","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "6f0265707c83c0f4"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_I","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "d689c360dcb29fd2"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "dcc0c624f241153c"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "5adf614d1cfac3f4"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.03,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "c1bff71e519fd50b"
    ),
    (
      #"{"epochs":100,"estimator":"reinforce","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "af83568bce5d2df3"
    ),
    (
      #"{"epochs":100,"estimator":"rebar","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "90a07bcdbbd78e93"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"GS","n_required":50,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "f7c6b0bc497899ee"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_I","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "7f87623ad201a708"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "cf0157408c225a18"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "68c2ade98e487399"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.05,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "f95610a84c548e58"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "70db210848485383"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "03ef337a24d01c39"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "27a6bb8163e510ee"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "71dee52621b85bb2"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "76c54f0bfb26de5d"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "cfee168467f1e9f3"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "936132ea606a84fb"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "418ff16e22761072"
    ),
  ]
}
