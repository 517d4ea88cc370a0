/// Which layers encoder and decoder have: the rows of engine specification part 8.
public enum Architecture: String, CaseIterable, Sendable {
  /// One linear map each way.
  case dense
  case denseNonlinear = "dense_nonlinear"
  /// As wide as the encoder's output (Grathwohl 2018); inputs 2x − 1.
  case denseRelax = "dense_relax"
  /// For 28×28 pixels.
  case conv
  /// For 32×32 or 64×64 pixels (Dupont 2018).
  case convJointVAE = "conv_jointvae"
  /// For mixtures (Nalisnick 2016).
  case dlgmmDense = "dlgmm_dense"
  /// For mixtures on 28×28 pixels.
  case dlgmmConv = "dlgmm_conv"

  /// Heights and widths that the layers fit; nil for any.
  var sides: [Int]? {
    switch self {
    case .dense, .denseNonlinear, .denseRelax, .dlgmmDense: nil
    case .conv, .dlgmmConv: [28]
    case .convJointVAE: [32, 64]
    }
  }
}
