import Randomness
import Testing

@testable import Datasets

@Suite struct BinarizationTests {
  let key = RandomKey(seed: 49, purpose: .binarization)

  func filled(_ set: ImageSet, _ rows: [Int32], _ binarization: Binarization) -> [Float] {
    [Float](unsafeUninitializedCapacity: rows.count * set.imageSize) { images, count in
      set.fill(rows: rows, into: images.baseAddress!, binarization: binarization)
      count = rows.count * set.imageSize
    }
  }

  @Test func greyIsTheValueOver255() throws {
    let set = try SyntheticDataset().load().train
    let want = [3, 0].flatMap { image in
      (0..<35).map { Float(SyntheticDataset.pixel(image: image, at: $0)) / 255 }
    }
    #expect(filled(set, [3, 0], .none) == want)
  }

  @Test func thresholdIsAtOneHalf() throws {
    let set = try SyntheticDataset().load().train
    let rows = (0..<40).map { Int32($0) }
    let grey = filled(set, rows, .none)
    #expect(filled(set, rows, .threshold) == grey.map { $0 >= 0.5 ? 1 : 0 })
    // 127 and 128 lie on either side.
    #expect(grey.contains(127.0 / 255) && grey.contains(128.0 / 255))
  }

  @Test func aStochasticPixelDependsOnKeyEpochImageAndPixelAlone() throws {
    let dataset = try SyntheticDataset().load()
    let set = dataset.train
    let all = filled(set, (0..<40).map { Int32($0) }, .stochastic(key, epoch: 5))
    // Alone, in another order, in a subset: the same bits.
    for row in [0, 7, 39] as [Int32] {
      let alone = filled(set, [row], .stochastic(key, epoch: 5))
      #expect(alone == Array(all[(Int(row) * 35)..<(Int(row) * 35 + 35)]))
      #expect(filled(set.subset([2, Int(row)]), [1], .stochastic(key, epoch: 5)) == alone)
    }
    let rows = (0..<12).map { Int32($0) }
    let base = filled(set, rows, .stochastic(key, epoch: 5))
    #expect(base != filled(set, rows, .stochastic(key, epoch: 6)))
    #expect(base != filled(set, rows, .stochastic(RandomKey(seed: 50, purpose: .binarization), epoch: 5)))
    // The synthetic test images equal the training images, their bits do not.
    #expect(base != filled(dataset.test, rows, .stochastic(key, epoch: 5)))
  }

  /// Around the border of every value, against the products in 64 bits.
  @Test func aStochasticPixelIsComparedWithoutRounding() {
    for value in UInt8.min...UInt8.max {
      let border = UInt32(value) &* 0x0101_0101
      for word in [0, 1, border &- 1, border, border &+ 1, .max - 1, .max] {
        let wanted: Float = UInt64(word) * 255 < UInt64(value) << 32 ? 1 : 0
        #expect(ImageSet.bit(word, value: value) == wanted, "value \(value), word \(word)")
      }
    }
  }

  @Test func aStochasticPixelIsOneWithItsGreyValueAsProbability() throws {
    let set = try SyntheticDataset().load().train
    let epochs = 4_000
    var ones = [Float](repeating: 0, count: 35)
    for epoch in 0..<epochs {
      for (index, bit) in filled(set, [7], .stochastic(key, epoch: epoch)).enumerated() {
        #expect(bit == 0 || bit == 1)
        ones[index] += bit
      }
    }
    for (index, grey) in filled(set, [7], .none).enumerated() {
      let error = (grey * (1 - grey) / Float(epochs)).squareRoot()
      #expect(abs(ones[index] / Float(epochs) - grey) <= 5 * error, "pixel \(index), seed 49")
    }
  }
}
