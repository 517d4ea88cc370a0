import Pictures
import Reporting
import ResultStore
import Trials

/// Test images of one trial above their reconstructions.
struct TrialPictures: Sendable {
  /// More would make the page heavy.
  static let trialLimit = 24
  private static let pictureLimit = 8

  let name: String
  let trial: TrialID
  let sheet: PNGPicture
  /// Pictures in a row.
  let count: Int

  /// - Returns: nil where the trial keeps no pictures.
  static func read(_ example: ExampleTrial, from paths: RunPaths) throws(ResultStoreError) -> TrialPictures? {
    let tensors = try TrialFile.readTensors(paths.trialFile(example.trial.id), in: "images")
    var sheet: PictureSheet?
    for name in ["images/originals", "images/reconstructions"] {
      guard let tensor = tensors.first(where: { $0.name == name }),
        let found = PictureSheet.pictures(tensor.values, shape: tensor.shape, limit: pictureLimit)
      else { return nil }
      sheet = sheet ?? found.sheet
      sheet?.rows.append(found.pictures)
    }
    guard let sheet, let picture = sheet.picture else { return nil }
    return TrialPictures(
      name: example.name, trial: example.trial.id, sheet: picture, count: sheet.rows[0].count)
  }
}
