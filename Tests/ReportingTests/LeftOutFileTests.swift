import Reporting
import Testing

@Suite struct LeftOutFileTests {
  private typealias File = SweepResults.LeftOutFile

  @Test func fewAreToldOneByOne() {
    #expect(
      File.lines(of: [File(path: "/a.h5", reason: "is cut off"), File(path: "/b\n.h5", reason: "is cut off")])
        == ["left out: /a.h5: is cut off", #"left out: /b\n.h5: is cut off"#])
    #expect(File.lines(of: []) == [])
  }

  @Test func manyWithOneReasonAreOneLine() {
    let files = (1...500).map { File(path: "/\($0).h5", reason: "is of a trial that s.yaml no longer names") }
    #expect(
      File.lines(of: [File(path: "/a.h5", reason: "is cut off")] + files) == [
        "left out: /a.h5: is cut off",
        "left out: 500 files, each of which is of a trial that s.yaml no longer names: /1.h5, /2.h5, /3.h5 and 497 more",
      ])
  }

  @Test func reasonsOfTheirOwnAreAtMostTwentyLines() {
    let lines = File.lines(of: (1...50).map { File(path: "/\($0).h5", reason: "reason \($0)") })
    #expect(lines.count == 20)
    #expect(lines.first == "left out: /1.h5: reason 1")
    #expect(lines.last == "left out: 31 more for reasons of their own")
  }
}
