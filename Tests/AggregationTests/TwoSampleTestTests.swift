import Testing
import Trials

@testable import Aggregation

/// Against SciPy 1.10.1: `ttest_rel`, `ttest_ind(equal_var=False)`, `2 * t.sf`; Holm's adjustment by hand.
@Suite struct TwoSampleTestTests {
  private func bySeed(_ values: [Double], from first: Int = 1) -> [ComparisonTable.Key: Double] {
    Dictionary(uniqueKeysWithValues: values.enumerated().map { ([.integer(first + $0)], $1) })
  }
  private let a = [-101.5, -99.25, -100.75, -98.5, -101]
  private let b = [-100.25, -98.5, -100, -98.75, -99.5]

  @Test func pairedWhereSeedsMatch() throws {
    let test = try #require(TwoSampleTest(bySeed(a), bySeed(b)))
    #expect(test.kind == .paired)
    #expect(abs(test.pValue - 0.055999999999999946) < 1e-14)
  }

  /// A seed that failed on one side takes its pair away, not the pairing.
  @Test func pairedWhereOneSideLacksSeeds() throws {
    #expect(TwoSampleTest(bySeed(a), bySeed(Array(b.prefix(3))))?.kind == .paired)
  }

  @Test func welchWhereSeedsDiffer() throws {
    let test = try #require(TwoSampleTest(bySeed(a), bySeed(Array(b.prefix(4)), from: 100)))
    #expect(test.kind == .welch)
    #expect(abs(test.pValue - 0.28803911607345384) < 1e-13)
    #expect(abs(TwoSampleTest.welchP([1, 2, 3.5], [10, 11, 9, 10.5, 30]) - 0.03908331313101833) < 1e-13)
  }

  @Test func aSingleValueIsNotTested() {
    #expect(TwoSampleTest(bySeed([1]), bySeed([2, 3])) == nil)
    #expect(TwoSampleTest([:], bySeed([2, 3])) == nil)
  }

  @Test func valuesWithoutSpreadAreEqualOrDifferent() {
    #expect(TwoSampleTest(bySeed([1, 2]), bySeed([1, 2]))?.pValue == 1)
    #expect(TwoSampleTest(bySeed([1, 2]), bySeed([2, 3]))?.pValue == 0)
  }

  static let tails: [(Double, Double, Double)] = [
    (0.5, 1, 0.7048327646991336), (2.5, 4, 0.06676654481198813), (-2.5, 4, 0.06676654481198813),
    (12.3, 4, 0.00025097574104189664), (2, 3.7, 0.12181720190523394), (40, 2.2, 0.0003423154765646055),
    (0, 5, 1),
  ]

  @Test(arguments: tails) func bothTailsOfStudentsT(_ t: Double, _ degrees: Double, _ expected: Double) {
    #expect(abs(StudentT.twoSidedP(t, degrees: degrees) / expected - 1) < 1e-12)
  }

  @Test func holmAdjustsByRankAndStaysMonotone() {
    #expect(TwoSampleTest.holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(TwoSampleTest.holm([0.5, 0.9]) == [1, 1])
    #expect(TwoSampleTest.holm([]) == [])
  }
}
