import Testing

@testable import Scheduling

@Suite struct BinaryHeapTests {
  /// Also over the sizes at which it gives memory back, with insertions between.
  @Test func theLeastIsAlwaysFirst() {
    var random = SeededGenerator(seed: 311)
    var heap = BinaryHeap<Int>()
    var sorted: [Int] = []
    for round in 0..<3 {
      for _ in 0..<5000 {
        let number = Int.random(in: 0..<1000, using: &random)
        heap.insert(number)
        sorted.append(number)
      }
      sorted.sort(by: >)
      while heap.count > round * 10 {
        #expect(heap.first == sorted.last)
        #expect(heap.removeFirst() == sorted.popLast())
      }
    }
    #expect(heap.elements.sorted(by: >) == sorted)
  }

  @Test func anEmptyOneHasNothing() {
    var heap = BinaryHeap<Int>()
    #expect(heap.first == nil && heap.removeFirst() == nil && heap.count == 0)
  }
}
