import Tensors

/// One trained array: its name in files, its shape, and how it starts.
public struct Parameter: Hashable, Sendable {
  public enum Start: Hashable, Sendable {
    case zero
    /// Uniform on ±√(6/(inputs + outputs)) (Glorot & Bengio 2010).
    case glorotUniform(inputs: Int, outputs: Int)
    /// Normal of variance 2/inputs (He et al. 2015), not truncated.
    case heNormal(inputs: Int)
    /// The same number everywhere.
    case constant(Double)
    /// Normal of mean 0.
    case normal(deviation: Double)
    /// For [stick, …]: stick k of n begins at −log(n − k), k from 0, the log-odds at which it breaks into equal pieces.
    case equalPieces
  }

  /// `<layer>/kernel` or `<layer>/bias`.
  public let name: String
  public let axes: [String]
  public let shape: Shape
  public let start: Start
}
