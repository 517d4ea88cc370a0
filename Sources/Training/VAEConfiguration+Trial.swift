import Trials
import VAE

extension VAEConfiguration {
  /// The model of a trial.
  ///
  /// - Parameters:
  ///   - pixels: values of one image, D.
  ///   - channels: of one pixel.
  public init(_ trial: TrialConfiguration, pixels: Int, channels: Int) {
    // Engine specification part 8: encoder 512, 256; decoder mirrored.
    let isNonlinear = trial.architecture == .denseNonlinear
    let divergence: Divergence =
      trial.runClosedFormKL ? .gaussian : trial.sampleFromDiscKL ? .sampled : .discrete
    self.init(
      relaxation: trial.modelType.isGumbelSoftmax ? .gumbelSoftmax : .igrI, temperature: trial.temperature,
      categories: trial.latentDiscreteN, variables: trial.numOfDiscreteVar, pixels: pixels,
      channels: channels,
      encoderUnits: isNonlinear ? [512, 256] : [], decoderUnits: isNonlinear ? [256, 512] : [],
      likelihood: trial.likelihood == .gaussian ? .gaussian : .bernoulli,
      // The final activation belongs to the data set: linear for strokes, ELU for everything else.
      outputActivation: ["mnist", "omniglot"].contains(trial.datasetName) ? .linear : .elu,
      divergence: divergence,
      stickTheLanding: trial.stickTheLanding)
  }
}
