/// What `igr export` can write.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Copies of the trial files.
  case hdf5
  /// The same under the ending that netCDF programs look for: a trial file follows the netCDF-4 data model.
  case netcdf
  /// One table each of trials, metrics, times and attempts.
  case csv
  case parquet
  /// One run per trial.
  case tensorboard
  /// The arrays of numbers of one trial in a file.
  case safetensors
  case npz
}
