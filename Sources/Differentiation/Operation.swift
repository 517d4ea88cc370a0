import Tensors

/// One mathematical operation: its shape rule, its derivative and its evaluation, together in one file of
/// `Operations/`. To add one, see "Adding an operation" in this module's README.
///
/// The derivative is itself made of operations, so gradients of gradients need no further code.
protocol Operation {
  /// Names the operation and all its parameters: equal text, equal function. Nodes are shared by it.
  var signature: String { get }

  /// - Precondition: the shapes fit the operation; a misfit is a fault of the model's code and traps with both.
  func resultShape(of inputs: [Shape]) -> Shape

  /// The vector–Jacobian product: for each input the gradient of Σ result·upstream, nil where it is zero.
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?]

  /// A closure that evaluates the operation on fixed memory. It may allocate when made, never when run.
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void

  /// True when the kernel may write its result over an input of the same shape.
  var mayOverwriteInput: Bool { get }

  /// True when the result is the input's memory under another shape: nothing is computed.
  var isAlias: Bool { get }
}

extension Operation {
  var mayOverwriteInput: Bool { false }
  var isAlias: Bool { false }
}

extension Operation {
  /// True for values that are written once, before the first run, and never overwritten.
  var isConstant: Bool { self is Constant || self is ConstantArray }
}

/// An operation one pass of which also gives the value of another on the same memory.
protocol JointOperation: Operation {
  /// The other one, and its inputs among those of this one.
  func partner(inputs: [Int]) -> (operation: any Operation, inputs: [Int])

  /// A closure that evaluates both. The partner's result may lie on an input of its own
  /// that it may overwrite alone, and on no other input.
  func jointKernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>, partnerResult: Operand<S>) -> () ->
    Void
}

/// Memory and shape of an operation's input or result.
struct Operand<S: Scalar> {
  let pointer: UnsafeMutablePointer<S>
  let shape: Shape
}

/// A value given from outside.
struct Input: Operation {
  let number: Int
  /// Products with it look for zeros to skip.
  let isOftenZero: Bool
  var signature: String { "input \(number)" }
  func resultShape(of inputs: [Shape]) -> Shape { preconditionFailure("an input's shape is given") }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [] }
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void { {} }
}

/// The same value everywhere.
struct Constant: Operation {
  let value: Double
  let shape: Shape
  var signature: String { "constant \(value) \(shape)" }
  func resultShape(of inputs: [Shape]) -> Shape { shape }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [] }
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    { S.fill(result.shape.count, S(value), result.pointer) }
  }
}

/// Given numbers, row-major.
struct ConstantArray: Operation {
  let values: [Double]
  let shape: Shape
  var signature: String { "constants \(values) \(shape)" }
  func resultShape(of inputs: [Shape]) -> Shape { shape }
  func derivatives(inputs: [Node], result: Node, upstream: Node) -> [Node?] { [] }
  func kernel<S: Scalar>(inputs: [Operand<S>], result: Operand<S>) -> () -> Void {
    { for (index, value) in values.enumerated() { result.pointer[index] = S(value) } }
  }
}

extension Node {
  /// The value of a constant node.
  var constantValue: Double? { (operation as? Constant)?.value }
}
