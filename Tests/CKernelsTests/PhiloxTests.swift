import CKernels
import TestSupport
import Testing

extension KernelTests {
  @Suite struct PhiloxTests {
    static func words(_ text: String) throws -> [UInt32] {
      try text.split(separator: " ").map { try #require(UInt32($0, radix: 16)) }
    }

    @Test func knownAnswers() throws {
      for known in try GoldenFile.cases(of: "philox4x32") {
        try known.requireKeys(["counter", "key", "output", "source"])
        let counter = try Self.words(known.text("counter"))
        let key = try Self.words(known.text("key"))
        var out = [UInt32](repeating: 0, count: 4)
        igr_philox4x32(counter, key, &out)
        #expect(try out == Self.words(known.text("output")), "counter \(counter) key \(key)")
      }
    }

    /// The vector form equals the plain form, also where the block number or the step need their high words.
    @Test(arguments: [0, 1, 0xffff_fff8, 0x1_0000_0000, 0xffff_ffff_ffff_fff0] as [UInt64])
    func streamIsTheBlocksInOrder(firstBlock: UInt64) {
      let key: [UInt32] = [0xa409_3822, 0x299f_31d0]
      let step: UInt64 = 0x1319_8a2e_0370_7344
      for (target, stream) in onEachTarget({ _ in
        var stream = [UInt32](repeating: 0, count: 203)
        igr_random_words(stream.count, firstBlock, step, key, &stream)
        return stream
      }) {
        for block in 0..<51 {
          let number = firstBlock &+ UInt64(block)
          let counter = [
            UInt32(truncatingIfNeeded: number), UInt32(number >> 32), UInt32(truncatingIfNeeded: step),
            UInt32(step >> 32),
          ]
          var words = [UInt32](repeating: 0, count: 4)
          igr_philox4x32(counter, key, &words)
          #expect(
            Array(stream.dropFirst(4 * block).prefix(4)) == Array(words.prefix(203 - 4 * block)), "\(target)")
        }
      }
    }
  }
}
