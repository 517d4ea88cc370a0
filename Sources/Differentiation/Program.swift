import Tensors

/// A graph made ready to run: a fixed list of kernels over one block of memory, planned once.
///
/// Memory of a node is reused as soon as nobody needs its value any more; inputs and outputs keep theirs. `run()`
/// allocates nothing. Not thread-safe.
public final class Program<S: Scalar> {
  private let arena: Storage<S>
  private let steps: [() -> Void]
  private let pointers: [Int: UnsafeMutablePointer<S>]
  private let graph: Graph
  /// Kept alive because kernels hold their addresses.
  private let external: [Node: Storage<S>.Slice]

  /// Plans the computation of `outputs`.
  ///
  /// - Parameter external: nodes whose memory is outside: parameters (inputs) that several programs share, and
  ///   outputs (gradients) that lie side by side for the optimiser.
  public init(outputs: [Node], external: [Node: Storage<S>.Slice] = [:]) {
    precondition(!outputs.isEmpty)
    let graph = outputs[0].graph
    let plan = MemoryPlan(
      graph: graph, outputs: Set(outputs.map(\.index)), external: Set(external.keys.map(\.index)),
      elementAlignment: Storage<S>.alignment / MemoryLayout<S>.stride)
    arena = Storage(count: plan.arenaCount)

    var pointers: [Int: UnsafeMutablePointer<S>] = [:]
    for (node, slice) in external {
      precondition(
        slice.count == node.shape.count, "\(slice.count) elements for a node of shape \(node.shape)")
      pointers[node.index] = slice.pointer
    }
    for (index, offset) in plan.offsets { pointers[index] = arena.pointer + offset }
    var steps: [() -> Void] = []
    for index in plan.steps {
      let entry = graph.entries[index]
      let inputs = entry.inputs.map { Operand(pointer: pointers[$0]!, shape: graph.entries[$0].shape) }
      if entry.operation.isAlias, pointers[index] == nil {
        pointers[index] = inputs[0].pointer
        continue
      }
      let result = Operand(pointer: pointers[index]!, shape: entry.shape)
      if entry.operation.isAlias {
        // An alias with memory of its own (an external output) is a copy.
        let (source, count) = (inputs[0].pointer, entry.shape.count)
        steps.append { result.pointer.update(from: source, count: count) }
      } else if entry.operation.isConstant {
        // Written once: no kernel may overwrite it.
        entry.operation.kernel(inputs: inputs, result: result)()
      } else if let partner = plan.partners[index] {
        let operation = entry.operation as! any JointOperation
        let other = Operand(pointer: pointers[partner]!, shape: graph.entries[partner].shape)
        steps.append(operation.jointKernel(inputs: inputs, result: result, partnerResult: other))
      } else if !(entry.operation is Input) {
        steps.append(entry.operation.kernel(inputs: inputs, result: result))
      }
    }
    self.graph = graph
    self.external = external
    self.steps = steps
    self.pointers = pointers
  }

  /// Computes all outputs from the inputs' present values.
  public func run() {
    for step in steps { step() }
  }

  /// The memory of an input or output: `shape.count` elements, valid as long as the program lives.
  public func values(of node: Node) -> UnsafeMutableBufferPointer<S> {
    guard node.graph === graph, let pointer = pointers[node.index] else {
      preconditionFailure("the node is neither an input nor an output of this program")
    }
    return UnsafeMutableBufferPointer(start: pointer, count: node.shape.count)
  }

  /// Copies values into an input.
  public func set(_ node: Node, _ values: some Collection<S>) {
    let memory = self.values(of: node)
    precondition(values.count == memory.count, "\(values.count) values for shape \(node.shape)")
    _ = memory.update(fromContentsOf: values)
  }

  /// Bytes of planned memory, without what is external.
  public var arenaByteCount: Int { arena.count * MemoryLayout<S>.stride }

  /// Kernels per run.
  public var stepCount: Int { steps.count }
}

extension Storage {
  /// A part of a storage, which it keeps alive.
  public struct Slice {
    let storage: Storage
    let offset: Int
    public let count: Int

    public init(_ storage: Storage, offset: Int, count: Int) {
      precondition(offset >= 0 && offset + count <= storage.count)
      self.storage = storage
      self.offset = offset
      self.count = count
    }

    /// Valid as long as the slice or its storage lives.
    public var pointer: UnsafeMutablePointer<S> { storage.pointer + offset }
  }
}
