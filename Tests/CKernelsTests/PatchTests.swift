import CKernels
import Testing

extension KernelTests {
  /// Every target moves patches with the same bits, and a scattered line never touches another image.
  @Suite struct PatchTests {
    static let seed: UInt32 = 911

    /// 2 images of 7 by 5 pixels with 11 channels under windows of 3 by 4, each two pixels from the last.
    static let windows = igr_windows(
      height: 7, width: 5, channels: 11, kernel_height: 3, kernel_width: 4, stride: 2, top: 1, left: 1,
      rows: 4,
      columns: 3)
    static let imageCount = 7 * 5 * 11
    static let lineCount = 3 * 3 * 4 * 11

    func numbers(_ count: Int) -> [Float] {
      randomWords(count, seed: Self.seed).map { Float(Int32(bitPattern: $0)) * 0x1p-31 }
    }

    @Test func gatheredPatchesAreTheSame() {
      let images = numbers(2 * Self.imageCount)
      let outcomes = onEachTarget { _ in
        var patches = [Float](repeating: .nan, count: 8 * Self.lineCount)
        withUnsafePointer(to: Self.windows) { igr_gather_f32($0, 0, 8, images, &patches) }
        return patches
      }
      for (target, patches) in outcomes {
        #expect(patches == outcomes[0].result, "\(target), seed \(Self.seed)")
        #expect(patches.allSatisfy { !$0.isNaN })
      }
    }

    @Test func scatteredImagesAreTheSameInOneCallAndInMany() {
      let patches = numbers(8 * Self.lineCount)
      let outcomes = onEachTarget { _ in
        var whole = [Float](repeating: .nan, count: 2 * Self.imageCount)
        var pieces = whole
        withUnsafePointer(to: Self.windows) { windows in
          igr_scatter_f32(windows, 0, 8, patches, &whole)
          patches.withUnsafeBufferPointer { patches in
            for (line, count) in [(0, 3), (3, 1), (4, 2), (6, 2)] {
              igr_scatter_f32(windows, line, count, patches.baseAddress! + line * Self.lineCount, &pieces)
            }
          }
        }
        #expect(whole == pieces)
        return whole
      }
      for (target, images) in outcomes {
        #expect(images == outcomes[0].result, "\(target), seed \(Self.seed)")
      }
    }

    /// Σ gather(x)·p = Σ x·scatter(p).
    @Test func scatterIsTheAdjointOfGather() {
      let images = numbers(2 * Self.imageCount).map(Double.init)
      let patches = numbers(8 * Self.lineCount).reversed().map(Double.init)
      var gathered = [Double](repeating: .nan, count: patches.count)
      var scattered = [Double](repeating: .nan, count: images.count)
      withUnsafePointer(to: Self.windows) {
        igr_gather_f64($0, 0, 8, images, &gathered)
        igr_scatter_f64($0, 0, 8, patches, &scattered)
      }
      let left = zip(gathered, patches).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(images, scattered).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(left - right) < 1e-11, "seed \(Self.seed)")
    }
  }
}
