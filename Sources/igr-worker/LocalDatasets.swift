import Datasets
import Glibc
import SweepRuntime

/// The data sets of this machine, as they lie in its data folder.
struct LocalDatasets: DatasetPlaces {
  func digest(of dataset: String) throws -> String? {
    do {
      let name = try DatasetName(text: dataset)
      // A known digest is that of files which may not be there.
      _ = try name.files()
      return try name.digest(mayDecode: false)
    } catch  where error.code == .missing {
      return nil
    }
  }

  func place(of file: String, in dataset: String) -> String? {
    guard let path = (try? DatasetName(text: dataset))?.place(ofFile: file) else { return nil }
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o777)
    }
    return path
  }
}
