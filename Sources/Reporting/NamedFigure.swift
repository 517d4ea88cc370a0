import Figures
import ResultStore

/// A figure with the name of its files.
public struct NamedFigure: Hashable, Sendable {
  /// Without folder and ending.
  public let name: String
  public let figure: Figure

  public init(name: String, figure: Figure) {
    self.name = name
    self.figure = figure
  }

  /// Writes the figure as SVG and PDF and its numbers as CSV, each file whole or not at all. A PDF that cannot be made
  /// anew is removed: it would show older numbers.
  ///
  /// - Returns: the path of the SVG.
  /// - Throws: `ResultStoreError` with the path and the system's reason.
  func write(to paths: RunPaths, _ converter: PDFConverter) throws(ResultStoreError) -> String {
    try DurableFile.replace(paths.figure(name, .csv), with: figure.csv)
    try DurableFile.replace(paths.figure(name, .svg), with: figure.svg)
    let isConverted = try converter.convert(paths.figure(name, .svg), to: paths.figure(name, .pdf))
    if !isConverted { try DurableFile.remove(paths.figure(name, .pdf)) }
    return paths.figure(name, .svg)
  }
}
