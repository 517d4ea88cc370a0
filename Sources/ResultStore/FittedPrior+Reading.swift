import HDF5
import Trials

extension FittedPrior {
  /// Reads the fitted parameters of a trial file.
  ///
  /// - Throws: `ResultStoreError`: when the file cannot be read, or is of another experiment or of several variables.
  public init(readingTrialFile path: String) throws(ResultStoreError) {
    let record = try TrialFile.read(path)
    let experiment = record.trial.configuration.experiment
    guard experiment == .priorFit else {
      throw ResultStoreError(
        .invalidRecord, path, "is of experiment \(experiment.rawValue); a prior comes from a prior_fit")
    }
    guard record.trial.configuration.modelType.family != .igrPlanar else {
      throw ResultStoreError(
        .invalidRecord, path,
        "is a fit of IGR_Planar, whose μ and ξ mean nothing without its flow; fit IGR_I for a planar model's prior"
      )
    }
    func numbers(_ name: String) throws(ResultStoreError) -> [Double] {
      guard let tensor = record.tensors.first(where: { $0.name == "weights/latent/" + name }) else {
        throw ResultStoreError(.damaged, path, "has no /tensors/weights/latent/\(name)")
      }
      guard tensor.shape.count == 2, tensor.shape[1] == 1 else {
        throw ResultStoreError(
          .invalidRecord, path, "has a prior for each of its variables; fit it with num_of_discrete_var: 1")
      }
      return tensor.values.map(Double.init)
    }
    let (mu, xi) = (try numbers("mu"), try numbers("xi"))
    guard mu.count == xi.count else {
      throw ResultStoreError(.damaged, path, "has \(mu.count) means and \(xi.count) log deviations of sticks")
    }
    self.init(mu: mu, xi: xi)
  }
}
