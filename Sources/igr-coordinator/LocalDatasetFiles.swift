import Datasets
import SweepRuntime

/// The files of this machine's data sets, for workers that lack them.
struct LocalDatasetFiles: DatasetSource {
  func files(of dataset: String) throws -> [(name: String, path: String)] {
    try DatasetName(text: dataset).files().map { ($0.name, $0.path) }
  }
}
