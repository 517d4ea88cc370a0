import Foundation
import Keys
import ResultStore

/// A new results folder for trials that do nothing, with keys.
struct ScaleFolder {
  let paths: RunPaths
  let keys: KeyFolder
  var endpointFile: String { paths.root + "/endpoint" }

  /// - Parameter parent: where it is made; its disk is the ledger's.
  init(in parent: String, trials: Int) throws {
    paths = try RunPaths.create(
      root: "\(parent)/igr-scale-\(UUID().uuidString)",
      source: SweepSource(sweepFile: ScaleSweep.text(trials: trials), overrides: []))
    keys = KeyFolder(path: paths.root + "/keys")
    try keys.make()
  }

  func remove() { try? FileManager.default.removeItem(atPath: paths.root) }
}
