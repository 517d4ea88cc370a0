import Differentiation

extension VAEConfiguration.Likelihood {
  /// log p(x|z) of what a decoder gives.
  ///
  /// - Parameters:
  ///   - images: [B, D].
  ///   - decoderOutput: [B, S, D] logits, or [B, S, 2·D] where each pixel's `channels` means stand before its widths.
  /// - Returns: log p(x|z) [B, S] and the mean pixel values [B, S, D].
  func logLikelihood(images: Node, decoderOutput: Node, channels: Int) -> (logLikelihood: Node, mean: Node) {
    let (batch, samples, pixels) = (images.shape[0], decoderOutput.shape[1], images.shape[1])
    let x = images.reshaped([batch, 1, pixels])
    switch self {
    case .bernoulli:
      return (bernoulliLogLikelihood(images: x, logits: decoderOutput), decoderOutput.sigmoid())
    case .gaussian:
      let planes = decoderOutput.reshaped([batch * samples, pixels / channels, 2 * channels])
      let a = planes.slice(axis: 2, 0..<channels).reshaped([batch, samples, pixels])
      let c = planes.slice(axis: 2, channels..<2 * channels).reshaped([batch, samples, pixels])
      return gaussianLogLikelihood(images: x, a: a, c: c)
    }
  }
}
