import Testing
import Trials

@Suite struct TrialIdentityTests {
  private func configuration(_ changes: [String: HyperparameterValue] = [:]) throws -> TrialConfiguration {
    try TrialConfiguration(
      validating: TrialConfigurationTests.smallest.merging(changes) { $1 })
  }

  @Test func canonicalJSONIsSortedWithoutSpaces() throws {
    let text = try configuration().canonicalJSON
    #expect(
      text == """
        {"architecture":"dense","batch_n":100,"binarization":"threshold","check_every":1,\
        "dataset_name":"mnist","epochs":100,"experiment":"vae","latent_discrete_n":10,"learning_rate":0.001,\
        "likelihood":"bernoulli","model_type":"GS_Dis","n_required":10,"num_of_discrete_param":1,\
        "num_of_discrete_var":20,"precision":"float32","record":[],"resize":0,"run_with_sample":false,"sample_from_disc_kl":true,"sample_size":1,\
        "sample_size_testing":100,"save_every":0,"seed":1,"stick_the_landing":false,"temp":0.5,"test_with_one_hot":false,\
        "validation_n":0}
        """)
  }

  @Test func equalValuesWrittenDifferentlyAreOneTrial() throws {
    let plain = try configuration(["temp": .integer(1), "batch_n": .integer(50)])
    let others: [[String: HyperparameterValue]] = [
      ["temp": .real(1.0), "batch_n": .real(50)],
      ["temp": .real(1e0), "batch_size": .integer(50)],
      ["temp": .integer(1), "batch_n": .integer(50), "seed": .integer(1), "architecture": .string("dense")],
      ["temp": .integer(1), "batch_n": .integer(50), "model_type": .string("ExpGSDis")],
      ["temp": .integer(1), "batch_n": .integer(50), "latent_discrete_n": .integer(10)],
      ["temp": .integer(1), "batch_n": .integer(50), "experiment": .string("vae")],
      ["temp": .integer(1), "batch_n": .integer(50), "record": .list([]), "resize": .integer(28)],
    ]
    for other in others {
      #expect(try configuration(other) == plain, "\(other)")
      #expect(try configuration(other).canonicalJSON == plain.canonicalJSON, "\(other)")
    }
  }

  @Test func everythingThatDecidesNumbersDecidesTheID() throws {
    let plain = try configuration()
    let id = TrialID(of: plain, dataDigest: "d", threads: 1)
    #expect(TrialID(of: plain, dataDigest: "d", threads: 1) == id)
    #expect(TrialID(of: plain, dataDigest: "e", threads: 1) != id)
    #expect(TrialID(of: plain, dataDigest: "d", threads: 2) != id)
    #expect(TrialID(of: try configuration(["seed": .integer(2)]), dataDigest: "d", threads: 1) != id)
    #expect(TrialID(of: try configuration(["temp": .real(0.51)]), dataDigest: "d", threads: 1) != id)
  }

  @Test(arguments: [
    "", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", "+123456789abcdef", "0123456789abcde/",
    "0123456789abcdeg", " 123456789abcdef", "0123456789abcd\u{e9}", "0123456789abcdë",
  ])
  func anIDIsSixteenLowerCaseDigits(_ text: String) {
    #expect(TrialID(text) == nil)
  }

  @Test(arguments: ["0000000000000000", "0123456789abcdef", "ffffffffffffffff", "8000000000000009"])
  func anIDReadsBack(_ text: String) {
    #expect(TrialID(text)?.description == text)
    #expect(Set([TrialID(text), TrialID(text)]).count == 1)
  }

  /// A change of this id would orphan every finished trial of every user. The number is that of Python's
  /// `hashlib.sha256` over the text that `TrialID` documents, with `EngineVersion.result` 5.
  @Test func theIDOfAKnownTrialStays() throws {
    let identity = try configuration().identityJSON
    #expect(!identity.contains("experiment"))
    #expect(TrialID(of: try configuration(), dataDigest: "d", threads: 1).description == "ad373a0bbda25011")
  }

  /// Ids of configurations from before other models and experiments were there: a name that came later must not change
  /// them. Only `EngineVersion.result`, here 5, may.
  static let earlier: [([String: HyperparameterValue], String)] = [
    (["dataset_name": .string("fmnist")], "db1b1ee35baaec88"),
    (
      [
        "dataset_name": .string("fmnist"), "model_type": .string("IGR_I_Dis"), "n_required": .integer(9),
        "architecture": .string("dense_nonlinear"),
      ], "b0bf4e17bf706143"
    ),
    (
      [
        "dataset_name": .string("fmnist"), "likelihood": .string("bernoulli"),
        "binarization": .string("stochastic"),
      ], "9d3fdde6091780ad"
    ),
    (["model_type": .string("IGR_I_Dis"), "run_closed_form_kl": .boolean(true)], "6afb1f9a0330e3f7"),
    (["model_type": .string("IGR_I_Dis"), "sample_from_disc_kl": .boolean(false)], "bceb56a4766b02cf"),
    (["stick_the_landing": .boolean(true), "test_with_one_hot": .boolean(true)], "24c53ea3fd162e25"),
    (["validation_n": .integer(5000), "seed": .integer(7)], "74582ffc3fe6de3e"),
    (
      ["run_with_sample": .boolean(true), "n_required": .integer(4), "num_of_discrete_var": .integer(3)],
      "aa0d9d86597765db"
    ),
  ]

  @Test(arguments: earlier) func idsOfEarlierVersionsStay(
    _ changes: [String: HyperparameterValue], _ id: String
  )
    throws
  {
    let configuration = try configuration(changes)
    #expect(TrialID(of: configuration, dataDigest: "d", threads: 1).description == id)
  }

  @Test func jsonReadsBackAsTheSameConfiguration() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: .min ... .max, using: &generator)
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      let original = try configuration([
        "temp": .real(Double.random(in: 1e-6...10, using: &random)),
        "learning_rate": .real(Double.random(in: 1e-9...1, using: &random)),
        "seed": .integer(Int.random(in: 0...9_007_199_254_740_991, using: &random)),
        "model_type": .string(Bool.random(using: &random) ? "GS_Dis" : "IGR_I_Dis"),
        "stick_the_landing": .boolean(Bool.random(using: &random)),
      ])
      #expect(try TrialConfiguration(canonicalJSON: original.canonicalJSON) == original, "seed \(seed)")
    }
  }

  @Test(arguments: ["", "[]", "{\"temp\":{}}", "{\"temp\":null}", "{\"temp\":1", "nonsense"])
  func textThatIsNoConfigurationIsRefused(_ text: String) {
    #expect(throws: ConfigurationError.self) { try TrialConfiguration(canonicalJSON: text) }
  }

  @Test func idsAreReadBackOnlyWhenWhole() throws {
    let id = TrialID(of: try configuration(), dataDigest: "d", threads: 1)
    #expect(TrialID(id.description) == id)
    for text in [
      "", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "../../etc/passwd", "0123456789abcdeg",
    ] {
      #expect(TrialID(text) == nil, "\(text)")
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014), so that a printed seed repeats a failed test.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
