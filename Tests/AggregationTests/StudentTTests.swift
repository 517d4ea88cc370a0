import Testing

@testable import Aggregation

/// Against SciPy 1.17.1: `scipy.stats.t.ppf` and `scipy.special.betainc`, printed with Python's `repr`.
@Suite struct StudentTTests {
  /// `t.ppf(0.975, numpy.arange(1, 101))`.
  static let quantiles: [Double] = [
    12.706204736174694, 4.302652729749462, 3.1824463052837078, 2.7764451051977934, 2.5705818356363146,
    2.4469118511449786, 2.364624251592784, 2.306004135204166, 2.262157162798205, 2.228138851986274,
    2.200985160091639, 2.1788128296672284, 2.1603686564627913, 2.144786687917804, 2.131449545559776,
    2.1199052992212546, 2.1098155778333156, 2.1009220402410382, 2.0930240544083087, 2.085963447265864,
    2.0796138447276795, 2.0738730679040254, 2.0686576104190486, 2.0638985616280245, 2.0595385527532972,
    2.0555294386428735, 2.0518305164802846, 2.0484071417952454, 2.045229642132703, 2.0422724563012378,
    2.039513446396408, 2.0369333434601016, 2.0345152974493383, 2.0322445093177186, 2.030107928250343,
    2.0280940009804502, 2.0261924630291093, 2.0243941639119694, 2.022690920036761, 2.021075390306273,
    2.019540970441376, 2.0180817028184443, 2.016692199227824, 2.0153675744437636, 2.014103388880846,
    2.012895598919429, 2.0117405137297655, 2.010634757624232, 2.0095752371292392, 2.008559112100761,
    2.007583770315836, 2.006646805061688, 2.0057459953178687, 2.0048792881880564, 2.0040447832891455,
    2.003240718847872, 2.002465459291007, 2.0017174841452356, 2.000995378088267, 2.0002978220142604,
    1.999623584994939, 1.9989715170333788, 1.998340542520741, 1.997729654317693, 1.9971379083920038,
    1.9965644189523117, 1.996008354025296, 1.9954689314298435, 1.9949454151072374, 1.994437111771186,
    1.9939433678456255, 1.9934635666618719, 1.992997125889855, 1.992543495180932, 1.9921021540022417,
    1.9916726096446642, 1.9912543953883846, 1.9908470688116906, 1.9904502102301285, 1.990063421254446,
    1.9896863234569029, 1.989318557136572, 1.9889597801751624, 1.9886096669757083, 1.9882679074772216,
    1.98793420623902, 1.9876082815890708, 1.9872898648311692, 1.986978699506281, 1.9866745407037683,
    1.9863771544186177, 1.98608631695113, 1.9858018143458227, 1.985523441866604, 1.9852510035054978,
    1.984984311522457, 1.9847231860139845, 1.9844674545084815, 1.9842169515864174, 1.9839715185235518,
  ]

  @Test(arguments: 1...100) func agreesWithSciPyForEveryDegreeUpTo100(_ degrees: Int) {
    let expected = Self.quantiles[degrees - 1]
    #expect(abs(StudentT.quantile(0.975, degrees: degrees) / expected - 1) < 1e-12)
  }

  /// Probability, degrees, `t.ppf(probability, degrees)`.
  static let others: [(Double, Int, Double)] = [
    (0.9, 1, 3.0776835371752544),
    (0.95, 2, 2.9199855803537242),
    (0.995, 3, 5.840909309733355),
    (0.9995, 7, 5.407882520861828),
    (0.75, 30, 0.6827556933212927),
    (0.975, 1000, 1.9623390808264083),
    (0.975, 1000000, 1.959966356814107),
    (0.51, 5, 0.026346712342273235),
  ]

  @Test(arguments: others)
  func agreesWithSciPyElsewhere(_ probability: Double, _ degrees: Int, _ expected: Double) {
    // The logarithm of the beta function loses digits as degrees grow.
    let tolerance = degrees > 1000 ? 1e-8 : 1e-11
    #expect(abs(StudentT.quantile(probability, degrees: degrees) / expected - 1) < tolerance)
  }

  /// x, a, b, `betainc(a, b, x)`.
  static let betas: [(Double, Double, Double, Double)] = [
    (0.5, 0.5, 0.5, 0.5000000000000001),
    (0.1, 0.5, 5, 0.6833570849799877),
    (0.9, 0.5, 50, 1.0),
    (0.01, 2, 3, 0.0005920299999999999),
    (0.999, 10, 0.5, 0.8888967091248604),
    (0.3, 30, 70, 0.5116251045586087),
    (1e-08, 0.5, 1, 0.0001),
  ]

  @Test(arguments: betas)
  func theIncompleteBetaFunctionAgrees(_ beta: (x: Double, a: Double, b: Double, expected: Double)) {
    let value = IncompleteBeta.regularised(beta.x, complement: 1 - beta.x, a: beta.a, b: beta.b)
    #expect(abs(value / beta.expected - 1) < 1e-12)
  }

  @Test func theIncompleteBetaFunctionsEnds() {
    #expect(IncompleteBeta.regularised(0, complement: 1, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.regularised(1, complement: 0, a: 2, b: 3) == 1)
  }

  /// I_x(a, b) = 1 - I_{1-x}(b, a), over random arguments.
  @Test func theIncompleteBetaFunctionIsSymmetric() {
    for _ in 0..<200 {
      let x = Double.random(in: 0.001...0.999)
      let a = Double.random(in: 0.1...50)
      let b = Double.random(in: 0.1...50)
      let left = IncompleteBeta.regularised(x, complement: 1 - x, a: a, b: b)
      let right = 1 - IncompleteBeta.regularised(1 - x, complement: x, a: b, b: a)
      #expect(abs(left - right) < 1e-11, "x \(x), a \(a), b \(b)")
    }
  }
}
