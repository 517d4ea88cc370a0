import Foundation
import TestSupport
import Testing

@testable import HDF5

@Suite struct OwnershipTests {
  /// In a process of its own, since other tests open files at the same time.
  @Test func everyOperationGivesItsIdentifiersBack() async throws {
    try await withTemporaryFolder { folder in
      _ = await #expect(processExitsWith: .success) { [folder = folder as String] in
        func exercise(_ path: String) throws {
          let file = try HDF5File(composing: path)
          let group = try file.root.createGroup("g")
          try group.setAttribute("a", list: ["x", "y"])
          let scale = try group.createDataset("s", shape: [3], values: [Int32](0..<3))
          try scale.makeScale()
          let data = try group.createDataset(
            "d", shape: [3], values: [1.5, 2, 3], storage: .compressed(level: 1))
          try data.attach(scale, toAxis: 0)
          _ = try? group.createDataset("d", shape: [1], values: [1.0])
          try save(file)
          let reader = try HDF5File(openingAt: path)
          let found = try reader.root.group("g").dataset("d")
          _ = try found.read(as: Double.self)
          _ = try found.axisNames()
          _ = try reader.root.group("g").attributeList("a", as: String.self)
          _ = try reader.root.group("g").members()
          _ = try? found.read(as: Int32.self)
          _ = try? reader.root.dataset("none")
          try reader.close()
          // Left to deinit.
          try HDF5File(composing: path).root.createGroup("g")
          _ = try HDF5File(openingAt: path).root.members()
        }
        // The library makes some identifiers of its own on first use.
        try exercise(folder + "/warm.h5")
        let before = HDF5Library.identifierCount
        for index in 0..<3 { try exercise("\(folder)/\(index).h5") }
        precondition(
          HDF5Library.identifierCount == before, "\(before) before, \(HDF5Library.identifierCount) after")
      }
    }
  }

  @Test func threadsTakeTurns() async throws {
    try await withTemporaryFolder { folder in
      let sums = try await withThrowingTaskGroup(of: Double.self) { tasks in
        for index in 1...8 {
          tasks.addTask {
            let path = "\(folder)/\(index).h5"
            let values = (0..<5_000).map { Double($0 * index) }
            let file = try HDF5File(composing: path)
            for name in ["a", "b", "c"] {
              try file.root.createDataset(
                name, shape: [5_000], values: values, storage: .compressed(level: 1))
            }
            try save(file)
            return try HDF5File(openingAt: path).root.dataset("c").read(as: Double.self).reduce(0, +)
          }
        }
        return try await tasks.reduce(into: []) { $0.append($1) }
      }
      #expect(sums.sorted() == (1...8).map { Double($0) * 12_497_500 })
    }
  }
}
