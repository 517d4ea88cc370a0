import VAE

extension ImageNetworks {
  /// Dense networks for flat images of a few pixels, linear unless hidden widths are given.
  ///
  /// - Parameter pixels: values of one image, channels included.
  static func tiny(
    pixels: Int, channels: Int = 1, encoderUnits: [Int] = [], decoderUnits: [Int] = [],
    likelihood: Likelihood = .bernoulli, outputActivation: OutputActivation = .linear
  ) -> ImageNetworks {
    ImageNetworks(
      image: ImageShape(height: 1, width: pixels / channels, channels: channels),
      architecture: .denseNonlinear, encoderUnits: encoderUnits, decoderUnits: decoderUnits,
      likelihood: likelihood, outputActivation: outputActivation)
  }
}
