import Differentiation
import Glibc
import Tensors

/// A model's trained arrays with their gradients and Adam's moments, each in one flat vector, so that the optimiser
/// is one pass over memory and every program of the model works on the same weights.
public final class ModelState<S: Scalar> {
  public let parameters: [Parameter]
  /// Optimiser steps taken: Adam's t.
  public var step = 0

  let weights: Storage<S>
  let gradient: Storage<S>
  let firstMoments: Storage<S>
  let secondMoments: Storage<S>
  private let offsets: [Int]
  /// Of each array with its padding.
  private let ends: [Int]

  /// Weights are zero until `setWeights` or `restore` gives them.
  public init(parameters: [Parameter]) {
    self.parameters = parameters
    let unit = Storage<S>.alignment / MemoryLayout<S>.stride
    var offsets: [Int] = []
    var count = 0
    for parameter in parameters {
      offsets.append(count)
      count += (parameter.shape.count + unit - 1) / unit * unit
    }
    self.offsets = offsets
    ends = offsets.dropFirst() + [count]
    weights = Storage(count: count)
    gradient = Storage(count: count)
    firstMoments = Storage(count: count)
    secondMoments = Storage(count: count)
  }

  /// Numbers in the model, without padding.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }

  func slice(_ vector: Storage<S>, _ index: Int) -> Storage<S>.Slice {
    .init(vector, offset: offsets[index], count: parameters[index].shape.count)
  }

  /// The memory of the weights for the parameters of a graph, in order.
  ///
  /// - Parameter first: the place of the first node among this state's parameters.
  func weights(for nodes: [Node], from first: Int = 0) -> [Node: Storage<S>.Slice] {
    Dictionary(
      uniqueKeysWithValues: nodes.enumerated().map { ($0.element, slice(weights, first + $0.offset)) })
  }

  public enum Vector: CaseIterable, Sendable, CustomStringConvertible {
    case weights, gradient, firstMoments, secondMoments

    public var description: String {
      switch self {
      case .weights: "weights"
      case .gradient: "gradients"
      case .firstMoments: "first moments"
      case .secondMoments: "second moments"
      }
    }
  }

  /// The part of one vector that belongs to a parameter.
  public func values(_ vector: Vector, of index: Int) -> UnsafeMutableBufferPointer<S> {
    let storage =
      switch vector {
      case .weights: weights
      case .gradient: gradient
      case .firstMoments: firstMoments
      case .secondMoments: secondMoments
      }
    return UnsafeMutableBufferPointer(
      start: storage.pointer + offsets[index], count: parameters[index].shape.count)
  }

  /// The name of the first parameter whose part of a vector is not finite; nil where all are.
  public func firstArrayNotFinite(of vector: Vector) -> String? {
    parameters.indices.first { !values(vector, of: $0).allSatisfy(\.isFinite) }.map { parameters[$0].name }
  }

  /// Euclidean norm of the gradient of all parameters. Padding is zero and adds nothing.
  public var gradientNorm: Double { S.sumOfSquares(gradient.count, gradient.pointer).squareRoot() }

  /// One Adam step from the present gradient (Kingma & Ba 2015): m̂/(√v̂ + ε), both moments bias-corrected.
  ///
  /// - Returns: `gradientNorm`, found in the same pass over memory. Where it is not finite, the weights are spoilt.
  @discardableResult
  public func applyAdam(learningRate: Double) -> Double {
    step += 1
    let t = Double(step)
    let squares = S.adam(
      ends: ends, weights: weights.pointer, firstMoment: firstMoments.pointer,
      secondMoment: secondMoments.pointer, gradient: gradient.pointer, rate: S(learningRate),
      beta1: Adam.beta1,
      beta2: Adam.beta2, epsilon: S(Adam.epsilon), firstScale: S(1 / (1 - pow(Adam.beta1, t))),
      secondScale: S(1 / (1 - pow(Adam.beta2, t))))
    return squares.squareRoot()
  }
}

/// Adam's constants (engine specification part 9).
enum Adam {
  static let beta1 = 0.9
  static let beta2 = 0.999
  static let epsilon = 1e-7
}
