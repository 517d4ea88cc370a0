/// A queue with constant cost per element.
struct FirstInFirstOut<Element> {
  private var storage: [Element] = []
  private var head = 0

  var first: Element? { head < storage.count ? storage[head] : nil }
  var elements: ArraySlice<Element> { storage[head...] }

  mutating func append(_ element: Element) { storage.append(element) }

  mutating func removeFirst() {
    head += 1
    if head > 64, head * 2 > storage.count {
      storage.removeFirst(head)
      head = 0
    }
  }
}

extension FirstInFirstOut: Sendable where Element: Sendable {}
