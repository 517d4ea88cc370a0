import ExportFormats
import Pictures
import Trials

extension TrialRecord {
  /// The trial as a TensorBoard run: every metric per epoch, final numbers at the last epoch, the configuration as
  /// text and the reconstructions as pictures. Epochs where a metric was not measured have no event.
  var eventFile: [UInt8] {
    let start = attempts.first?.startedUnixSeconds ?? 0
    var file = EventFile(startedUnixSeconds: start)
    let rows = [["name", "value"], ["---", "---"]] + description.map { [$0.name, $0.text] }
    let text = rows.map { "| " + $0.map(Self.cell).joined(separator: " | ") + " |\n" }.joined()
    file.add(text: text, tag: "trial", unixSeconds: start)
    // The time of an epoch is what training took until then; waiting between attempts does not count.
    var times: [Double] = []
    for seconds in timing["seconds"] ?? [] {
      times.append((times.last ?? start) + (seconds.isFinite ? seconds : 0))
    }
    func time(_ row: Int) -> Double { row < times.count ? times[row] : times.last ?? start }
    for (name, column) in zip(metrics.names, metrics.columns) {
      let description = Metric.named(name).map { "\($0.longName) (\($0.units))" } ?? ""
      for (row, value) in column.enumerated() where !value.isNaN {
        file.add(
          scalar: value, tag: name, step: Int(metrics.epochs[row]), unixSeconds: time(row),
          description: description)
      }
    }
    let last = (step: Int(metrics.epochs.last ?? 0), time: times.last ?? start)
    for final in finals where !final.value.isNaN {
      let description = Metric.named(final.name).map { "\($0.longName) (\($0.units))" } ?? ""
      file.add(
        scalar: final.value, tag: "final/\(final.name)", step: last.step, unixSeconds: last.time,
        description: description)
    }
    if let picture = reconstructions {
      file.add(
        png: picture.encoded, width: picture.width, height: picture.height, tag: "reconstructions",
        step: last.step, unixSeconds: last.time)
    }
    return file.bytes
  }

  /// Originals above their reconstructions.
  private var reconstructions: PNGPicture? {
    var sheet: PictureSheet?
    for name in ["images/originals", "images/reconstructions"] {
      guard let tensor = tensors.first(where: { $0.name == name }),
        let found = PictureSheet.pictures(tensor.values, shape: tensor.shape)
      else { return nil }
      sheet = sheet ?? found.sheet
      sheet?.rows.append(found.pictures)
    }
    return sheet?.picture
  }

  private static func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}
