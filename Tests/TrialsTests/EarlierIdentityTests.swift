import Testing
import Trials

/// What version 0.1.0 planned for the sweep files of `sweeps/` and a few others: configurations with their data and
/// threads, and the names it gave them. They hold for ever: a hyperparameter added by a later version is neutral at its
/// default, so a folder of today resumes with every version that gives the same numbers (`EngineVersion.result` 2;
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
      "none", 1, "8f275e636f0daa2d"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "f8dc7974072c2750"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "5a93b505c1c41172"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "d0df666dd8cccf84"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"uniform","temp":0.01}"#,
      "none", 1, "a829276f7ae4e26c"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"GS","n_required":20,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "bb1655e3f208459c"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_I","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "59e24705fc6a716e"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "67274acc0ce7b313"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "50b14f3039a7e854"
    ),
    (
      #"{"epochs":200,"experiment":"approximation","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":20,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":19,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"target":"mixture","temp":0.01}"#,
      "none", 1, "7cd1fa228440bc8f"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "1463e2237fa43e19"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_I_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "70a255050c29dd99"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_Planar_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "8a4fedb6da135f2b"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Finite_Dis","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "58e77f43a0f0a9f7"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":50,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"IGR_SB_Dis","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"stick_the_landing":false,"temp":0.03,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "594cd28444e616d5"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_GS_Dis","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "00310263648ba11a"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":200,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_Ber_Dis","n_required":200,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "960d72344b8c278d"
    ),
    (
      #"{"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.0001,"likelihood":"bernoulli","model_type":"Relax_IGR","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "63f8454534915868"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"VAE","num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "b2dc469b583085c0"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"cont_c_linspace":[0,5,25000],"dataset_name":"cifar","disc_c_linspace":[0,5,25000],"epochs":3,"experiment":"vae","gamma":30,"latent_discrete_n":10,"latent_norm_n":5,"learning_rate":0.001,"likelihood":"gaussian","model_type":"GS","n_required":10,"num_of_discrete_param":1,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","record":[],"resize":0,"run_jv":true,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "544234c7d7bac738"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":3,"latent_norm_n":3,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_I","n_required":2,"num_of_discrete_param":2,"num_of_discrete_var":20,"num_of_norm_param":2,"num_of_norm_var":1,"precision":"float32","prior":[[0.1,0.2],[0.3,0.4]],"record":[],"resize":0,"run_closed_form_kl":false,"run_jv":false,"run_with_sample":false,"sample_from_cont_kl":true,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "f73f6c94fa522aad"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":1,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":31,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_SB_Dis","n_required":30,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","quantile":50,"record":[],"resize":0,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":4,"stick_the_landing":false,"temp":0.3,"test_with_one_hot":false,"threshold":0.9,"truncation_option":"quantile","validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "588b070604c172e2"
    ),
    (
      #"{"architecture":"conv_jointvae","batch_n":100,"binarization":"none","check_every":3,"dataset_name":"cifar","epochs":3,"experiment":"vae","latent_discrete_n":11,"learning_rate":0.001,"likelihood":"gaussian","model_type":"IGR_Planar_Dis","n_required":10,"num_of_discrete_param":2,"num_of_discrete_var":20,"precision":"float32","prior":"zeros","record":[],"resize":64,"run_closed_form_kl":false,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,"sample_size_testing":100,"save_every":1,"seed":4,"stick_the_landing":false,"temp":0.25,"test_with_one_hot":false,"validation_n":0}"#,
      "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc", 1, "22cbebe3554f744f"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "9fcf55cb8bb92dc8"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_Var","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "5479eb28ced88030"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "a8e6e32b1c4c3f6b"
    ),
    (
      #"{"architecture":"dlgmm_dense","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":300,"experiment":"vae","latent_discrete_n":20,"learning_rate":0.0003,"likelihood":"bernoulli","model_type":"DLGMM_IGR_SB","n_required":20,"num_of_discrete_param":4,"num_of_discrete_var":50,"precision":"float32","quantile":75,"record":[],"resize":0,"run_with_sample":false,"sample_size":1,"sample_size_testing":100,"save_every":0,"seed":5328,"threshold":0.9999,"truncation_option":"quantile","validation_n":0}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "619d2679cc9126d3"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_I","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "ac28b3e8be03c41d"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "e746974b35a79d9d"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":10,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":9,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.03}"#,
      "none", 1, "41a0b43fb58b758d"
    ),
    (
      #"{"epochs":1000,"experiment":"prior_fit","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.03,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "8ff6dca494d88571"
    ),
    (
      #"{"epochs":100,"estimator":"reinforce","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "3a09b2f50279598b"
    ),
    (
      #"{"epochs":100,"estimator":"rebar","experiment":"relax_toy","iter_per_epoch":100,"learning_rate":0.01,"model_type":"Relax_Ber_Dis","precision":"float32","sample_size":100,"save_every":0,"seed":5328,"toy_targets":[0.4]}"#,
      "none", 1, "dc073229939a9644"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"GS","n_required":50,"num_of_discrete_param":1,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "0243777b29233917"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_I","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "0b074d9a18f627af"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_Planar","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "cc43d3c64a73aaac"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB_Finite","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","sample_size":10000,"save_every":0,"seed":1,"temp":0.05}"#,
      "none", 1, "442763841e087efc"
    ),
    (
      #"{"epochs":200,"experiment":"simplex_proximity","fit_loss":"kl","iter_per_epoch":1,"latent_discrete_n":50,"learning_rate":0.01,"model_type":"IGR_SB","n_required":49,"num_of_discrete_param":2,"num_of_discrete_var":1,"precision":"float32","quantile":50,"sample_size":10000,"save_every":0,"seed":1,"temp":0.05,"threshold":0.99,"truncation_option":"quantile"}"#,
      "none", 1, "98e376a5b8d79aee"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "28be9b7ce0c1ca52"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"GS","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":0.67,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "4c9ee88b5cd21be2"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "28f6d3ffaf2371f5"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_I","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "98b2abd1b8870c5d"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "e15004fd51580cb8"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_Planar","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "c165fabc315ef534"
    ),
    (
      #"{"architecture":"double_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "566127d6792822b9"
    ),
    (
      #"{"architecture":"triple_linear","batch_n":100,"binarization":"threshold","check_every":10,"dataset_name":"mnist","epochs":100,"experiment":"sop","iter_per_epoch":600,"learning_rate":0.001,"min_learning_rate":0.0001,"model_type":"IGR_SB_Finite","precision":"float32","resize":0,"run_with_sample":false,"sample_size":1,"save_every":0,"seed":5328,"temp":1,"test_sample_size":100,"units_per_layer":240,"weight_decay":0.001,"width_height":[14,28,1]}"#,
      "49ecaa6b2c999574edbd3b68366e5a26fd26403dbb71a615a09393948dc9fdf3", 1, "fbfbb4b8c4ce54c1"
    ),
  ]
}
