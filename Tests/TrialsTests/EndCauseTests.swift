import Testing
import Trials

@Suite struct EndCauseTests {
  static let all: [EndCause] = [
    .completed, .nan, .configuration, .outOfMemory, .timeLimit, .memoryLimit, .preempted, .hung,
    .killedBySignal(9), .killedBySignal(15), .workerLost, .disk, .pruned, .cancelled, .bug,
  ]

  @Test(arguments: all) func textReadsBack(_ cause: EndCause) {
    #expect(EndCause(text: cause.text) == cause)
  }

  @Test func textsAreDistinct() {
    #expect(Set(Self.all.map(\.text)).count == Self.all.count)
  }

  @Test(arguments: ["", "Completed", "killed by signal ", "killed by signal x", "lost"])
  func otherTextIsNoCause(_ text: String) {
    #expect(EndCause(text: text) == nil)
  }
}
