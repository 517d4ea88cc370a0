import Testing
import Trials

/// What version 0.1.0 planned for the sweep files of `sweeps/` and a few others: configurations with their data and
/// threads, and the names it gave them. They hold for ever: a hyperparameter added by a later version is neutral at its
/// default, so a folder of today resumes with every version that gives the same numbers (`EngineVersion.result` 5;
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
      "none", 1, "7183e90c3f3dcc36"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "222858a512ff382e"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "a7af092ac5ef56d6"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "a6993428672cea77"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "50c5d46b53b05f36"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"GS","n_required":20,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "c4673d7f6482bc5e"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "201e0a4a78b08e7e"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "d7682d9abfe98ee6"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "b867a4306deb15a4"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "db27ca66bc31241a"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e5d54850f0b068d0"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_I_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5860c51decb30782"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_Planar_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "378b97fecf40cae3"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Finite_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "b1c9cbb5e8aecdf9"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":50,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Dis","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5258134918619f71"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "966a800adaf73c31"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":200,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_Ber_Dis","n_required":200,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "3668a2e5c9d99036"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_IGR","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "cca89eb78e2daae0"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"VAE","num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "10069bbaaff6da1b"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"cont_c_linspace":[0,5,25000],"dataset_name":"cifar","disc_c_linspace":[0,5,25000],"epochs":3,"experiment":"vae","gamma":30,"latent_discrete_n":10,"latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"GS","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":true,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "ef2fbc4495be2dc7"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":3,"latent_norm_n":3,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_I","n_required":2,"num_of_discrete_param":2,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","prior":[[0.1,0.2],[0.3,0.4]],"record":[],"resize":0,"run_closed_form_kl":false,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "547c1ce65d6a4a78"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":31,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_SB_Dis","n_required":30,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "8a7d555e7def2362"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":3,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":11,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_Planar_Dis","n_required":10,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":64,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":1,"seed":4,"stick_the_landing":false,"temp":0.25,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "ab4736da5dc052c2"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "c1884a52763b8e93"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_Var","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "597d875969d60cf9"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "b910084da7087fa1"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR_SB","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "78191ab7bcf87457"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_I","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "e0e0b6366f9f1f7c"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "85bba89d060cadd7"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "57b1891d1ead61c0"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.03,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "2ead583fd6defd5d"
    ),
    (
      #"{"epochs":100,"estimator":"reinforce","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "251570b40f6d180f"
    ),
    (
      #"{"epochs":100,"estimator":"rebar","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "437d19dffac37578"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"GS","n_required":50,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "c494c380bff279a4"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_I","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "4baaa64ec5a913f4"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "26d8a72e2f1bbfd2"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "457d48b531b6b342"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.05,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "09d0529990172cfe"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "cb4a5e4f1ae4e3f1"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "98fa017bd4ebb8a8"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5559ec1186e787da"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "94fd6fe686bfd010"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "7ae892a0cd34db27"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "7a1da7ece4c5210d"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "0346943f07f8be11"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e318524ebe2bf974"
    ),
  ]
}
