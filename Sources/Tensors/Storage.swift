import Glibc

/// Owned memory for a fixed number of elements, zero at first, aligned for the widest vector registers.
///
/// Not `Sendable`: whoever owns it uses it from one thread at a time.
public final class Storage<S: Scalar> {
  public let count: Int
  /// Valid as long as this object lives.
  public let pointer: UnsafeMutablePointer<S>

  /// Bytes of a cache line and of an AVX-512 register.
  public static var alignment: Int { 64 }

  public init(count: Int) {
    self.count = count
    let byteCount = max(count, 1) * MemoryLayout<S>.stride
    let hugePage = 2 << 20
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: byteCount < hugePage ? Self.alignment : hugePage)
    // Weights and moments of a network lie on thousands of small pages, more than a processor keeps translations of. A
    // system without large pages refuses, which is no loss.
    if byteCount >= hugePage { madvise(bytes, byteCount / hugePage * hugePage, MADV_HUGEPAGE) }
    pointer = bytes.bindMemory(to: S.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  public convenience init(_ values: some Collection<S>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  public var values: [S] {
    get { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    set {
      precondition(newValue.count == count)
      newValue.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: count) }
    }
  }
}
