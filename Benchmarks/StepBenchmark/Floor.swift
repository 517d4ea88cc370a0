import Differentiation
import Tensors

/// What a step or an evaluation cannot do without, each part alone: its matrix products, and one pass over arrays that it
/// must at least read.
struct Floor {
  private var calls: [() -> Void] = []

  /// - Parameters:
  ///   - products: of every layer.
  ///   - passes: elements of each array that is read once: images, logits.
  init(products: [LayerProducts], passes: [Int]) {
    for layer in products {
      if let sparse = layer.sparse {
        add(sparse: sparse, layer)
      } else {
        add(dense: layer)
      }
    }
    for count in passes {
      let array = Self.filled(count)
      calls.append { _ = Float.sum(count, array.pointer) }
    }
  }

  func run() { for call in calls { call() } }

  /// Zeros would be as fast on this hardware, but denormals and zeros are special on some.
  private static func filled(_ count: Int) -> Storage<Float> {
    let storage = Storage<Float>(count: count)
    storage.values = (0..<count).map { Float($0 % 17) / 17 }
    return storage
  }

  private mutating func add(dense layer: LayerProducts) {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    let x = Self.filled(layer.blockRows * inputs)
    let w = Self.filled(inputs * outputs)
    let y = Self.filled(layer.rows * outputs)
    let ofKernel = Storage<Float>(count: inputs * outputs)
    func add(_ times: Int, _ product: @escaping (_ first: Int, _ count: Int) -> Void) {
      for _ in 0..<times {
        calls.append {
          for first in stride(from: 0, to: layer.rows, by: layer.blockRows) {
            product(first, min(layer.blockRows, layer.rows - first))
          }
        }
      }
    }
    add(layer.forward) { first, count in
      Float.matrixProduct(
        m: count, n: outputs, k: inputs, x.pointer, transposeA: false, w.pointer, transposeB: false,
        y.pointer + first * outputs)
    }
    add(layer.ofKernel) { first, count in
      Float.matrixProduct(
        m: inputs, n: outputs, k: count, x.pointer, transposeA: true, y.pointer + first * outputs,
        transposeB: false, ofKernel.pointer, isAdding: first > 0)
    }
    add(layer.ofInput) { first, count in
      Float.matrixProduct(
        m: count, n: inputs, k: outputs, y.pointer + first * outputs, transposeA: false, w.pointer,
        transposeB: true, x.pointer)
    }
  }

  /// By the engine's own products, which list what is not zero.
  private mutating func add(sparse values: [Float], _ layer: LayerProducts) {
    let graph = Graph()
    let x = graph.sparseInput([layer.rows, layer.inputs])
    let w = graph.input([layer.inputs, layer.outputs])
    let y = graph.input([layer.rows, layer.outputs])
    var products = [Node.matrixProduct(x, w)]
    if layer.ofKernel > 0 { products.append(.matrixProduct(x, y, transposeA: true)) }
    let program = Program<Float>(outputs: products + [x, w, y])
    program.set(x, values)
    program.set(w, Self.filled(w.shape.count).values)
    program.set(y, Self.filled(y.shape.count).values)
    calls.append { program.run() }
  }
}
