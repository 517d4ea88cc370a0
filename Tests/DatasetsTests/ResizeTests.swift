import Randomness
import Testing

@testable import Datasets

/// Against numbers worked out by hand from the definition of `tf.image.resize` (bilinear, half-pixel centres).
@Suite struct ResizeTests {
  static func set(_ values: [Float], height: Int, width: Int, channels: Int = 1) throws -> ImageSet {
    let memory = try FileBytes.filled(count: values.count * 4) { memory throws(DatasetError) in
      values.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    let pixels = PixelStore(
      memory: memory, offset: 0, format: .floats, height: height, width: width, channels: channels)
    return ImageSet(count: values.count / (height * width * channels), pixels: pixels, part: .train)
  }

  @Test func enlargingTwoByTwo() throws {
    // Centres at -0.25, 0.25, 0.75, 1.25: shares of the second pixel 0, 1/4, 3/4, 1.
    let resized = try Self.set([0, 1, 0.5, 0.25], height: 2, width: 2).resized(to: 4)
    #expect((resized.height, resized.width, resized.imageSize) == (4, 4, 16))
    let top: [Float] = [0, 0.25, 0.75, 1]
    let bottom: [Float] = [0.5, 0.4375, 0.3125, 0.25]
    let want = [Float(0), 0.25, 0.75, 1].flatMap { share in zip(top, bottom).map { $0 + ($1 - $0) * share } }
    #expect(resized.values == want)
  }

  @Test func reducingTakesTheTwoNearestPixelsAndSmoothsNothing() throws {
    // Four columns to two: centres at 0.5 and 2.5. Six rows to two: centres at 1 and 4.
    let values = (0..<24).map { Float($0) / 32 }
    let resized = try Self.set(values, height: 6, width: 4).resized(to: 2)
    #expect(resized.values == [4.5, 6.5, 16.5, 18.5].map { Float($0) / 32 })
  }

  @Test func threeToFive() throws {
    // Scale 0.6: centres at -0.2, 0.4, 1, 1.6, 2.2.
    let resized = try Self.set([0, 1, 0.5] + [0, 1, 0.5] + [0, 1, 0.5], height: 3, width: 3).resized(to: 5)
    let want: [Float] = [0, 0.4, 1, 0.7, 0.5]
    for (index, value) in resized.values.enumerated() { #expect(abs(value - want[index % 5]) < 1e-6) }
  }

  @Test func channelsStayApart() throws {
    let resized = try Self.set([0, 0.5, 1, 0, 0.5, 1], height: 1, width: 2, channels: 3).resized(to: 2)
    #expect(resized.values == [0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1, 0, 0.5, 1])
  }

  @Test func theSameSizeIsTheSameImagesToTheBit() throws {
    let set = try Self.set((0..<16).map { Float($0) / 15 }, height: 4, width: 4)
    #expect(set.resized(to: 4).values == set.values)
    // Always from the stored pixels.
    #expect(set.resized(to: 9).resized(to: 4).values == set.values)
  }

  @Test func bytesAreResizedAsFractionsBeforeBinarization() throws {
    let synthetic = try SyntheticDataset().load().resized(to: 10)
    let (set, count) = (synthetic.train, 40)
    #expect((set.height, set.width, set.channels, set.count) == (10, 10, 1, count))
    let grey = set.values
    #expect(grey.contains { ($0 * 255).rounded() != $0 * 255 })
    let bits = [Float](unsafeUninitializedCapacity: grey.count) { images, filled in
      set.fill(rows: (0..<40).map(Int32.init), into: images.baseAddress!, binarization: .threshold)
      filled = grey.count
    }
    #expect(bits == grey.map { $0 >= 0.5 ? 1 : 0 })
    #expect(set.subset([7, 3]).values == Array(grey[700..<800] + grey[300..<400]))
  }

  @Test func valuesStayBetweenTheirNeighbours() throws {
    var generator = SplitMix(state: 3)
    let values = (0..<7 * 7).map { _ in Float.random(in: 0...1, using: &generator) }
    let set = try Self.set(values, height: 7, width: 7)
    for side in [1, 2, 5, 6, 8, 13, 32, 64] {
      let resized = set.resized(to: side).values
      #expect(resized.allSatisfy { $0 >= values.min()! && $0 <= values.max()! }, "side \(side), seed 3")
    }
  }

  @Test func stochasticPixelsOfFloatsFollowTheirValue() throws {
    let values: [Float] = [0, 1, 0.25, 0.5, 0.9, 1e-9]
    let set = try Self.set(values, height: 2, width: 3)
    let key = RandomKey(seed: 49, purpose: .binarization)
    var ones = [Float](repeating: 0, count: 6)
    let epochs = 4_000
    for epoch in 0..<epochs {
      let bits = [Float](unsafeUninitializedCapacity: 6) { images, filled in
        set.fill(rows: [0], into: images.baseAddress!, binarization: .stochastic(key, epoch: epoch))
        filled = 6
      }
      for (index, bit) in bits.enumerated() { ones[index] += bit }
    }
    for (index, value) in values.enumerated() {
      let error = (value * (1 - value) / Float(epochs)).squareRoot()
      #expect(abs(ones[index] / Float(epochs) - value) <= 5 * error + 1e-6, "pixel \(index), seed 49")
    }
  }

  /// The same grey values as bytes and as floats give the same random bits.
  @Test func floatsAndBytesAgree() throws {
    let bytes = try SyntheticDataset().load().train
    let floats = try Self.set(bytes.values, height: 5, width: 7)
    let key = RandomKey(seed: 1, purpose: .binarization)
    func bits(_ set: ImageSet) -> [Float] {
      [Float](unsafeUninitializedCapacity: 40 * 35) { images, filled in
        set.fill(
          rows: (0..<40).map(Int32.init), into: images.baseAddress!, binarization: .stochastic(key, epoch: 3))
        filled = 40 * 35
      }
    }
    let different = zip(bits(bytes), bits(floats)).count { $0 != $1 }
    // v / 255 is rounded to Float32, so one bit in millions may differ.
    #expect(different <= 1)
  }
}
