/// What a stream of random numbers is for. Streams of different purposes are independent, so a new use never shifts the
/// numbers of another. The raw numbers enter every key: they are fixed for ever, and none is used twice.
public enum RandomPurpose: UInt32, CaseIterable, Sendable {
  /// Initial weights; the step is the number of the weight tensor.
  case weights = 1
  /// The order of the training images; the step is the epoch.
  case shuffle = 2
  /// Stochastic binarisation of the images; the step is the epoch, the element the pixel.
  case binarization = 3
  /// Noise of the training steps; the step is the optimiser's.
  case trainingNoise = 4
  /// Noise of the measurements between epochs.
  case evaluationNoise = 5
  /// Noise of the final measurements.
  case finalNoise = 6
  /// The choice of the validation images, which no trial's seed enters.
  case validationSplit = 7
  /// The signs of a mixture prior's component means.
  case mixturePrior = 8
  /// The draws of a sweep file's `sample`, whose own seed makes the key; the step is the dimension.
  case sampleDraws = 9
  /// Resampling for bootstrap intervals of tables, which no trial's numbers depend on; the step is the resample.
  case bootstrap = 100
}
