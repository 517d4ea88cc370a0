import Tensors

/// A computation as data: nodes in the order they were made, each an operation on earlier nodes.
///
/// A graph is built once per (model, batch size), differentiated by adding the nodes of its gradient
/// (`gradients(of:withRespectTo:)`; doing so twice gives second derivatives), and turned into a `Program` that runs
/// without allocating. Equal nodes are shared: asking twice for exp(x) gives one node.
///
/// Not thread-safe: build on one thread.
public final class Graph {
  struct Entry {
    let operation: any Operation
    let inputs: [Int]
    let shape: Shape
  }

  private struct Key: Hashable {
    let signature: String
    let inputs: [Int]
  }

  private(set) var entries: [Entry] = []
  private var shared: [Key: Int] = [:]

  public init() {}

  /// A value given from outside before each run. Every call makes a new node.
  public func input(_ shape: Shape) -> Node {
    append(Input(number: entries.count, isOftenZero: false), [], shape)
  }

  /// An input most of whose elements may be zero, as in binary images: products with it look for zeros to skip.
  public func sparseInput(_ shape: Shape) -> Node {
    append(Input(number: entries.count, isOftenZero: true), [], shape)
  }

  /// The same value everywhere.
  public func constant(_ value: Double, _ shape: Shape) -> Node {
    record(Constant(value: value, shape: shape), [])
  }

  /// Given numbers, row-major; one value per element of `shape`.
  public func constant(_ values: [Double], _ shape: Shape) -> Node {
    precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
    return record(ConstantArray(values: values, shape: shape), [])
  }

  /// The node of an operation on nodes of this graph; an existing one where there is an equal one.
  func record(_ operation: any Operation, _ inputs: [Node]) -> Node {
    precondition(
      inputs.allSatisfy { $0.graph === self }, "nodes of two graphs meet in \(operation.signature)")
    let key = Key(signature: operation.signature, inputs: inputs.map(\.index))
    if let index = shared[key] { return Node(graph: self, index: index) }
    let node = append(operation, key.inputs, operation.resultShape(of: inputs.map(\.shape)))
    shared[key] = node.index
    return node
  }

  /// The node of an operation, if there is one.
  func index(of operation: any Operation, inputs: [Int]) -> Int? {
    shared[Key(signature: operation.signature, inputs: inputs)]
  }

  private func append(_ operation: any Operation, _ inputs: [Int], _ shape: Shape) -> Node {
    entries.append(Entry(operation: operation, inputs: inputs, shape: shape))
    return Node(graph: self, index: entries.count - 1)
  }
}

/// The result of one operation in a graph.
public struct Node: Hashable {
  public let graph: Graph
  let index: Int

  public var shape: Shape { graph.entries[index].shape }
  var operation: any Operation { graph.entries[index].operation }
  var inputs: [Node] { graph.entries[index].inputs.map { Node(graph: graph, index: $0) } }

  public static func == (a: Node, b: Node) -> Bool { a.graph === b.graph && a.index == b.index }
  public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}
