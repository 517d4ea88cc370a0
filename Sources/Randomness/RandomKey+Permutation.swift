extension RandomKey {
  /// A permutation of 0 ..< count, each equally likely: Fisher and Yates's shuffle, from the last place down (Durstenfeld
  /// 1964), with integers by Lemire's rejection (2019), which favours none.
  ///
  /// - Precondition: 0 ≤ count < 2³².
  public func permutation(_ count: Int, step: UInt64) -> [Int32] {
    precondition(count >= 0 && count <= Int(Int32.max), "a permutation has 0 to 2^31 - 1 elements")
    var order = (0..<Int32(count)).map { $0 }
    guard count > 1 else { return order }
    var source = WordStream(key: self, step: step)
    order.withUnsafeMutableBufferPointer { order in
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, Int(source.next(below: UInt32(last + 1))))
      }
    }
    return order
  }
}

/// The words of one step in order, drawn a page at a time.
struct WordStream {
  private static let pageWords = 1_024
  private let key: RandomKey
  private let step: UInt64
  private var page = [UInt32](repeating: 0, count: pageWords)
  private var taken = pageWords
  private var pages: UInt64 = 0

  init(key: RandomKey, step: UInt64) {
    self.key = key
    self.step = step
  }

  mutating func next() -> UInt32 {
    if taken == Self.pageWords {
      let firstBlock = pages * UInt64(Self.pageWords / 4)
      page.withUnsafeMutableBufferPointer { key.fillWords($0, firstBlock: firstBlock, step: step) }
      pages += 1
      taken = 0
    }
    defer { taken += 1 }
    return page[taken]
  }

  /// An integer of 0 ..< bound without bias: the high half of word × bound, words whose low half falls into the
  /// incomplete last interval drawn again.
  mutating func next(below bound: UInt32) -> UInt32 {
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
