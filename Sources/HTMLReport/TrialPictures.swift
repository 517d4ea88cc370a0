import Pictures
import Reporting
import ResultStore
import Trials

/// Test images of one trial above their reconstructions, and what its latent variables do where it recorded that.
struct TrialPictures: Sendable {
  /// More would make the page heavy.
  static let trialLimit = 24
  private static let pictureLimit = 8

  let name: String
  let trial: TrialID
  let sheet: PNGPicture
  /// Pictures in a row.
  let count: Int
  /// A row for each of the first latent variables; nil where the trial has none.
  let traversals: PNGPicture?

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
      name: example.name, trial: example.trial.id, sheet: picture, count: sheet.rows[0].count,
      traversals: traversals(in: tensors, of: example.trial.configuration))
  }

  private static let variableLimit = 4
  /// Values of a normal variable that a trial records, as docs/results-format.md tells.
  private static let normalValues = 7

  private static func traversals(
    in tensors: [NamedTensor], of configuration: TrialConfiguration
  ) -> PNGPicture? {
    guard let tensor = tensors.first(where: { $0.name == "images/traversals" }),
      let found = PictureSheet.pictures(tensor.values, shape: tensor.shape)
    else { return nil }
    let pictures = found.pictures
    let normals = configuration.latentNormN * configuration.numOfNormVar
    let discrete = pictures.count - normals * normalValues
    let variables = configuration.numOfDiscreteVar
    guard discrete >= 0, discrete == 0 || (variables > 0 && discrete % variables == 0) else { return nil }
    var sheet = found.sheet
    func add(_ count: Int, from start: Int, each length: Int) {
      for row in 0..<min(count, variableLimit) {
        sheet.rows.append(Array(pictures[start + row * length..<start + (row + 1) * length]))
      }
    }
    if discrete > 0 { add(variables, from: 0, each: discrete / variables) }
    add(normals, from: discrete, each: normalValues)
    return sheet.picture
  }
}
