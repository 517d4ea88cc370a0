import Testing

@testable import Launching

@Suite struct CoreSharesTests {
  @Test func neighboursAreSharedOutEvenly() {
    #expect(CoreShares.split([0, 1, 2, 3], among: 2) == [[0, 1], [2, 3]])
    #expect(CoreShares.split([0, 2, 4, 6, 8], among: 2) == [[0, 2], [4, 6, 8]])
    #expect(CoreShares.split([3, 7], among: 2) == [[3], [7]])
    #expect(CoreShares.split([3, 7], among: 3) == [[3], [7], [3]])
  }

  @Test(arguments: 1...9, 1...9) func everyCoreIsSomebodys(cores: Int, workers: Int) {
    let shares = CoreShares.split(Array(0..<cores), among: workers)
    #expect(shares.count == workers && shares.allSatisfy { !$0.isEmpty })
    if workers <= cores { #expect(shares.flatMap { $0 } == Array(0..<cores)) }
  }

  @Test func listsOfCores() {
    #expect(CoreShares.parse("0,5,12") == [0, 5, 12])
    #expect(CoreShares.text([0, 5, 12]) == "0,5,12")
    for wrong in ["", "a", "1,", "-1", "4096", "1,1", "0-3"] {
      #expect(CoreShares.parse(wrong) == nil, "\(wrong)")
    }
  }
}
