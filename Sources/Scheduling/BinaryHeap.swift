/// A priority queue: the least element is always at hand.
struct BinaryHeap<Element: Comparable> {
  private var storage: [Element] = []

  var first: Element? { storage.first }
  var count: Int { storage.count }
  /// In no particular order.
  var elements: [Element] { storage }

  /// - Complexity: O(log n).
  mutating func insert(_ element: Element) {
    storage.append(element)
    var child = storage.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard storage[child] < storage[parent] else { return }
      storage.swapAt(child, parent)
      child = parent
    }
  }

  /// - Complexity: O(log n).
  @discardableResult
  mutating func removeFirst() -> Element? {
    guard let first = storage.first else { return nil }
    storage.swapAt(0, storage.count - 1)
    storage.removeLast()
    // What a long line took is given back while it is served.
    if storage.capacity > 1024 && storage.count < storage.capacity / 4 { storage = storage.map { $0 } }
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < storage.count {
        if storage[child] < storage[least] { least = child }
      }
      guard least != parent else { return first }
      storage.swapAt(parent, least)
      parent = least
    }
  }
}

extension BinaryHeap: Sendable where Element: Sendable {}
