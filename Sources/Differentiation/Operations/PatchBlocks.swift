import Tensors

/// Scratch for the patches under a convolution's windows, a block of whole lines of windows at a time.
///
/// All patches of a layer are many times the layer's images; a block of them stays in the second-level cache between
/// its making and its matrix product.
final class PatchBlocks<S: Scalar> {
  /// Of one block. Of 128 KiB to 2 MiB, 256 and 512 KiB were fastest over all architectures, with a cache of 1.25 MiB:
  /// smaller blocks repeat the packing of the kernel in the matrix product too often, larger ones leave the cache.
  private static var byteCount: Int { 512 << 10 }

  private let columns: Int
  private let lineCount: Int
  private let blockLines: Int
  private let storage: Storage<S>

  init(_ windows: ConvolutionWindows, batch: Int) {
    columns = windows.columns
    lineCount = batch * windows.rows
    let lineElements = windows.columns * windows.patchCount
    blockLines = min(lineCount, max(1, Self.byteCount / (lineElements * MemoryLayout<S>.stride)))
    storage = Storage(count: blockLines * lineElements)
  }

  var pointer: UnsafeMutablePointer<S> { storage.pointer }

  /// Calls `body` for block after block with its lines, its first window and its number of windows.
  @inline(__always)
  func forEachBlock(_ body: (_ lines: Range<Int>, _ first: Int, _ count: Int) -> Void) {
    var line = 0
    while line < lineCount {
      let end = min(line + blockLines, lineCount)
      body(line..<end, line * columns, (end - line) * columns)
      line = end
    }
  }
}
