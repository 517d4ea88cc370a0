import Foundation

/// Runs `body` with the path of a new, empty folder and removes the folder with all its content afterwards.
@discardableResult
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Runs `body` with the path of a new, empty folder and removes the folder with all its content afterwards.
@discardableResult
public func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = try makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}

private func makeTemporaryFolder() throws -> String {
  let folder = FileManager.default.temporaryDirectory.path + "/igr-test-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  return folder
}
