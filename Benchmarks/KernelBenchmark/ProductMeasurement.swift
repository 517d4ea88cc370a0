import CKernels
import COpenBLAS
import Glibc

/// Products of a training step of `dense` and `dense_nonlinear` networks, ours on every target that has them and OpenBLAS's, in
/// GFLOP/s. Calls of all alternate, and the factors do not stay in the caches between them, as in a step.
struct ProductMeasurement {
  /// op(A) [m, k] times op(B) [k, n], 100 images.
  static let shapes: [(name: String, isATransposed: Bool, isBTransposed: Bool, m: Int, n: Int, k: Int)] = [
    ("512 to 784", false, false, 100, 784, 512), ("its weights", true, false, 512, 784, 100),
    ("its input", false, true, 100, 512, 784), ("512 to 256", false, false, 100, 256, 512),
    ("200 to 784", false, false, 100, 784, 200), ("its weights", true, false, 200, 784, 100),
    ("its input", false, true, 100, 200, 784),
  ]

  let columns: [String]
  private(set) var rows: [(name: String, rates: [Double])] = []
  private let memory: UnsafeMutablePointer<Float>
  private static let elements = 1 << 20

  init(targets: [String]) {
    let own = targets.filter { igr_limit_kernel_target($0) == 0 && igr_has_product() != 0 }
    columns = own + ["OpenBLAS"]
    // Aligned as weights are.
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: 8 * Self.elements * MemoryLayout<Float>.stride, alignment: 64)
    memory = bytes.bindMemory(to: Float.self, capacity: 8 * Self.elements)
    for index in 0..<8 * Self.elements { memory[index] = Float(index % 89) / 89 - 0.5 }
    for shape in Self.shapes {
      var times = columns.map { _ in [Double]() }
      for _ in 0..<30 {
        for (column, name) in columns.enumerated() {
          // More than the second-level cache holds.
          for index in stride(from: 4 * Self.elements, to: 8 * Self.elements, by: 16) { memory[index] += 1 }
          times[column].append(seconds { multiply(shape, own.contains(name) ? name : nil) })
        }
      }
      let operations = 2 * Double(shape.m) * Double(shape.n) * Double(shape.k)
      rows.append((shape.name, times.map { operations / $0.sorted()[$0.count / 2] / 1e9 }))
    }
    memory.deallocate()
  }

  private func multiply(
    _ shape: (name: String, isATransposed: Bool, isBTransposed: Bool, m: Int, n: Int, k: Int),
    _ target: String?
  ) {
    let (a, b, c) = (memory, memory + Self.elements, memory + 2 * Self.elements)
    if let target {
      igr_limit_kernel_target(target)
      _ = igr_product_f32(
        shape.isATransposed ? 1 : 0, shape.isBTransposed ? 1 : 0, shape.m, shape.n, shape.k, a, b, c, 0)
    } else {
      cblas_sgemm(
        CblasRowMajor, shape.isATransposed ? CblasTrans : CblasNoTrans,
        shape.isBTransposed ? CblasTrans : CblasNoTrans,
        Int32(shape.m), Int32(shape.n), Int32(shape.k), 1, a, Int32(shape.isATransposed ? shape.m : shape.k),
        b,
        Int32(shape.isBTransposed ? shape.k : shape.n), 0, c, Int32(shape.n))
    }
  }

  /// Processor time of this thread: others' work does not count.
  private func seconds(_ body: () -> Void) -> Double {
    var (begin, end) = (timespec(), timespec())
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin)
    body()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
    return Double(end.tv_sec - begin.tv_sec) + 1e-9 * Double(end.tv_nsec - begin.tv_nsec)
  }
}
