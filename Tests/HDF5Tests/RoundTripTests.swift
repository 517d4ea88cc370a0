import TestSupport
import Testing

@testable import HDF5

@Suite struct RoundTripTests {
  private func roundTrip<Element: HDF5Scalar & Equatable>(
    _ values: [Element], shape: [Int], storage: HDF5Storage
  ) throws -> (values: [Element], form: Dataset.Form) {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      try file.root.createDataset("d", shape: shape, values: values, storage: storage)
      try save(file)
      let dataset = try HDF5File(openingAt: folder + "/a.h5").root.dataset("d")
      return (try dataset.read(), try dataset.form())
    }
  }

  @Test(arguments: [false, true]) func numbersKeepEveryBit(compressed: Bool) throws {
    let storage: HDF5Storage = compressed ? .compressed(level: 4) : .contiguous
    let floats: [Float] = [
      0, -0.0, 1, .leastNonzeroMagnitude, -.infinity, .nan, Float(nan: 0x1234, signaling: false),
    ]
    let foundFloats = try roundTrip(floats, shape: [7], storage: storage)
    #expect(foundFloats.values.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(foundFloats.form == Dataset.Form(type: .float32, shape: [7]))
    let doubles: [Double] = [
      0.1, -0.0, .greatestFiniteMagnitude, -.nan, Double(nan: 0xABCDEF, signaling: false),
      .leastNonzeroMagnitude,
    ]
    let foundDoubles = try roundTrip(doubles, shape: [2, 3], storage: storage)
    #expect(foundDoubles.values.map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(foundDoubles.form == Dataset.Form(type: .float64, shape: [2, 3]))
    #expect(try roundTrip([Int8.min, 0, 127], shape: [3], storage: storage).values == [.min, 0, 127])
    #expect(try roundTrip([UInt8.min, 255], shape: [2], storage: storage).values == [0, 255])
    #expect(try roundTrip([Int32.min, .max], shape: [2, 1], storage: storage).values == [.min, .max])
    #expect(try roundTrip([Int64.min, .max], shape: [2], storage: storage).values == [.min, .max])
  }

  @Test func severalPiecesKeepEveryBit() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var state = seed
    let values = (0..<700_001).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
    }
    let found = try roundTrip(values, shape: [700_001], storage: .compressed(level: 1))
    #expect(found.values.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
  }

  @Test func textsAndScalarsAndEmptyDatasets() throws {
    let texts = ["", "nats", "μ ± σ", "日本", String(repeating: "x", count: 100_000)]
    #expect(try roundTrip(texts, shape: [5], storage: .compressed(level: 1)).values == texts)
    #expect(try roundTrip([Double.pi], shape: [], storage: .compressed(level: 1)).form.shape == [])
    let empty = try roundTrip([Float](), shape: [0, 4], storage: .compressed(level: 1))
    #expect(empty.values.isEmpty && empty.form.shape == [0, 4])
  }

  @Test func attributesOfGroupsAndDatasets() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      try file.root.setAttribute("text", "Größe")
      try file.root.setAttribute("integer", Int64.min)
      try file.root.setAttribute("real", -Double.nan)
      try file.root.setAttribute("texts", list: ["a", ""])
      try file.root.setAttribute("nothing", list: [Double]())
      let dataset = try file.root.createDataset("d", shape: [], values: [Int32(1)])
      try dataset.setAttribute("units", "1")
      try save(file)
      let root = try HDF5File(openingAt: folder + "/a.h5").root
      #expect(try root.attributeNames() == ["integer", "nothing", "real", "text", "texts"])
      #expect(try root.attribute("text", as: String.self) == "Größe")
      #expect(try root.attribute("integer", as: Int64.self) == .min)
      #expect(try root.attribute("real", as: Double.self).bitPattern == (-Double.nan).bitPattern)
      #expect(try root.attributeList("texts", as: String.self) == ["a", ""])
      #expect(try root.attributeList("nothing", as: Double.self) == [])
      #expect(try root.dataset("d").attribute("units", as: String.self) == "1")
    }
  }

  @Test func membersKeepTheOrderOfTheirCreation() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      // More than the eight links that HDF5 keeps in the compact form.
      let names = ["z", "y", "x", "w", "k", "b", "a", "c", "q", "p", "o"]
      for name in names { try file.root.createGroup(name) }
      let group = try file.root.group("k")
      try group.createDataset("second", shape: [1], values: [Int32(2)])
      try group.createGroup("first")
      try save(file)
      let root = try HDF5File(openingAt: folder + "/a.h5").root
      #expect(try root.members().map(\.name) == names)
      #expect(
        try root.group("k").members() == [
          .init(name: "second", kind: .dataset), .init(name: "first", kind: .group),
        ])
    }
  }

  @Test func axesAreNamedByScaleOrLabel() throws {
    try withTemporaryFolder { folder in
      let file = try HDF5File(composing: folder + "/a.h5")
      let scale = try file.root.createDataset("epoch", shape: [2], values: [Int32(0), 1])
      try scale.makeScale()
      let dataset = try file.root.createDataset("m", shape: [2, 3], values: [Float](repeating: 0, count: 6))
      try dataset.attach(scale, toAxis: 0)
      try dataset.label(axis: 1, "unit")
      #expect(try dataset.axisNames() == ["epoch", "unit"])
      #expect(try scale.isScale())
      #expect(try !dataset.isScale())
      try save(file)
    }
  }
}
