import Trials
import VAE

extension TrialConfiguration {
  /// Trained numbers of the trial's model, from the shapes of its arrays; nil where only the data set's files tell how
  /// large its images are.
  public var weightCount: Int? {
    let parameters: [Parameter]
    if experiment.usesImages {
      guard let known = datasetName.flatMap(KnownImages.of) else { return nil }
      let image = ImageShape(
        height: resize > 0 ? resize : known.height, width: resize > 0 ? resize : known.width,
        channels: known.channels)
      // The prior's numbers are no weights; those of a fit need not be there.
      let numbers = FittedPrior(
        mu: Array(repeating: 0, count: nRequired), xi: Array(repeating: 0, count: nRequired))
      guard let model = try? modelOfTrial(self, image: image, fittedPrior: numbers) else { return nil }
      parameters = model.parameters
    } else if experiment == .relaxToy {
      return nil
    } else {
      parameters = DistributionFitConfiguration(self).parameters
    }
    return parameters.reduce(0) { $0 + $1.shape.dimensions.reduce(1, *) }
  }

  /// About the size of the trial's file, before compression, from the shapes of what it holds: weights, those that
  /// `save_every` keeps, rows of metrics, and the groups around them.
  public var fileByteCount: Int? {
    guard let weightCount else { return nil }
    let kept = saveEvery > 0 ? (epochs - 1) / saveEvery : 0
    let rows = (epochs + 1) * (metricsPerEpoch.count + 3)
    // Groups, attributes and pictures of a small trial.
    return 4 * weightCount * (1 + kept) + 8 * rows + 60_000
  }
}
