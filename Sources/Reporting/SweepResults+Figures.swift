import Aggregation
import ResultStore

extension SweepResults {
  /// The figures of the sweep's experiment, of what is finished so far.
  ///
  /// - Parameter paths: the folder that the results were read from; each trial file that is shown is read once more.
  /// - Throws: `AggregationError` as for the tables; `ResultStoreError` for a file that can no longer be read.
  public func figures(from paths: RunPaths) throws -> [NamedFigure] {
    guard summaries.contains(where: { $0.state == .completed }) else { return [] }
    let figures = try SweepFigures(self, paths)
    return try figures.byEpoch() + figures.byTemperature() + figures.histograms()
  }

  /// Puts the figures into `tables/figures`, in place of those of an earlier time.
  ///
  /// - Returns: the paths of the SVG files.
  /// - Throws: as `figures(from:)`; `ResultStoreError` with the path and the system's reason.
  @discardableResult
  public func writeFigures(to paths: RunPaths) throws -> [String] {
    let figures = try figures(from: paths)
    if !figures.isEmpty { try paths.makeFiguresFolder() }
    let converter = PDFConverter()
    let written = try figures.map { try $0.write(to: paths, converter) }
    // Files of ours that show what is no longer in the results would be believed.
    for name in FigurePlan.everyName {
      for page in 0..<FigurePages.histogramPageLimit {
        let name = FigurePages.name(name, page: page)
        guard !figures.contains(where: { $0.name == name }) else { continue }
        for format in RunPaths.FigureFormat.allCases { try DurableFile.remove(paths.figure(name, format)) }
      }
    }
    return written
  }
}
