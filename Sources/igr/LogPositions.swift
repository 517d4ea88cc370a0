import Foundation
import ResultStore

/// Where the logs of a folder ended when a run began: logs are continued by every run, and an old reason is none for a
/// new failure.
struct LogPositions {
  private let paths: RunPaths
  private let ends: [String: UInt64]

  init(in paths: RunPaths) {
    self.paths = paths
    ends = Dictionary(
      uniqueKeysWithValues: Self.logs(of: paths).map { log in
        let attributes = try? FileManager.default.attributesOfItem(atPath: log)
        return (log, (attributes?[.size] as? NSNumber)?.uint64Value ?? 0)
      })
  }

  /// Why the run could not go on, in the words of the program that ended: the last line of its log since then that
  /// begins with its name.
  ///
  /// - Parameter ofWorkersFirst: whether it was a worker that ended.
  func lastWords(ofWorkersFirst: Bool) -> String? {
    let coordinator = lastWords(of: paths.coordinatorLog, by: "igr-coordinator")
    let workers = Self.logs(of: paths).filter { $0 != paths.coordinatorLog }
      .compactMap { lastWords(of: $0, by: "igr-worker") }.last
    return ofWorkersFirst ? workers ?? coordinator : coordinator ?? workers
  }

  private func lastWords(of log: String, by program: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: log) else { return nil }
    defer { try? file.close() }
    guard (try? file.seek(toOffset: ends[log] ?? 0)) != nil, let data = try? file.readToEnd() else {
      return nil
    }
    let prefix = program + ": "
    return String(decoding: data, as: UTF8.self).split(separator: "\n").last { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
  }

  private static func logs(of paths: RunPaths) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: paths.logsFolder)) ?? []
    return names.filter { $0.hasSuffix(".log") }.sorted().map { "\(paths.logsFolder)/\($0)" }
  }
}
