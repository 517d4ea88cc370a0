import Datasets
import Foundation
import Testing

@testable import Diagnosis

@Suite struct ExaminationTests {
  func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "igr-doctor-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func everyCheckIsMadeAndNothingIsLeftBehind() throws {
    try inTemporaryFolder { folder in
      let checks = Diagnosis.examine(
        results: folder + "/results/not/yet", data: DataFolder(path: folder + "/data"))
      #expect(
        checks.map(\.name) == [
          "libraries", "processor", "open-file limit", "results folder", "data set mnist", "data set fmnist",
          "data set omniglot", "data set celeb_a", "data set cifar", "Python readers",
        ])
      #expect(checks[0].found.contains("ZeroMQ 4.") && checks[0].found.contains("HDF5 1."))
      #expect(checks[3].found.contains(folder))
      #expect(checks[4].status == .warning && checks[4].found.contains(folder + "/data/mnist"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func aFileInPlaceOfTheResultsFolderIsAFailure() throws {
    try inTemporaryFolder { folder in
      try Data([1]).write(to: URL(fileURLWithPath: folder + "/file"))
      let check = Diagnosis.examine(results: folder + "/file", data: DataFolder(path: folder))[3]
      #expect(check.status == .failure && check.found.contains(folder + "/file"))
    }
  }
}
