import Testing
import Trials

/// What version 0.1.0 planned for the sweep files of `sweeps/` and a few others: configurations with their data and
/// threads, and the names it gave them. They hold for ever: a hyperparameter added by a later version is neutral at its
/// default, so a folder of today resumes with every version that gives the same numbers (`EngineVersion.result` 4;
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
      "none", 1, "8c25a1991c9aefc9"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "565feea410eb0485"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "50001cc6eff326c4"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "085ea6b87cb0abfe"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "6890bf4c55413b44"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"GS","n_required":20,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "d214e5b06959c867"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "5289b6900224f238"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "0429758ea8ea16ed"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "55901fc0d43b9424"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "a4ff098328f20663"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "34c3d13049f074b5"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_I_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "945ab43ec2e1892e"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_Planar_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "680c8017e647e126"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Finite_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e5500a8015b39484"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":50,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Dis","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "acfb1ccd63553e30"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "bd33b89397160091"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":200,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_Ber_Dis","n_required":200,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "0288fccb8dcf68b5"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_IGR","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "61a23a6fe898d623"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"VAE","num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "4e08c42811d55746"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"cont_c_linspace":[0,5,25000],"dataset_name":"cifar","disc_c_linspace":[0,5,25000],"epochs":3,"experiment":"vae","gamma":30,"latent_discrete_n":10,"latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"GS","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":true,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "e02bf60f701ddd72"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":3,"latent_norm_n":3,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_I","n_required":2,"num_of_discrete_param":2,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","prior":[[0.1,0.2],[0.3,0.4]],"record":[],"resize":0,"run_closed_form_kl":false,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "50ce05e12e36c332"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":31,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_SB_Dis","n_required":30,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "81dccc7854bcf3be"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":3,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":11,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_Planar_Dis","n_required":10,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":64,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":1,"seed":4,"stick_the_landing":false,"temp":0.25,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "b25eaba6bc126714"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "54a39e4289c924cd"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_Var","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "224b7065c64b29fc"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e1d1fd1eaf30d09c"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR_SB","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "d6149dac154a4de0"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_I","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "d046234b7c611623"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "cb34e871c1dfa2b6"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "d51f2dcf94be4b8e"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.03,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "908f1859fd64e5aa"
    ),
    (
      #"{"epochs":100,"estimator":"reinforce","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "101a3562aa939450"
    ),
    (
      #"{"epochs":100,"estimator":"rebar","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "402229bb2607809c"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"GS","n_required":50,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "a25f3159ea08114f"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_I","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "9ec9dd942fbb409b"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "1807970e99fa1e7b"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "c7732b0f659e4151"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.05,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "62a1db70bc40491a"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "73377e4e9ff2630f"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "7519cb0b87cd504e"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "f717fb2a0cb09147"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "03ec05a4c70dd437"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "223e849b5078985f"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "3b602f04d94d66b1"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5467ce7b4a479312"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "292febd833e802c6"
    ),
  ]
}
