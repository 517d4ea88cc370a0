import CHDF5

extension Dataset {
  /// Makes this one-dimensional dataset the scale of an axis, under its own name.
  ///
  /// - Throws: `HDF5Error`.
  public func makeScale() throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let dataset = try open()
    try check(H5DSset_scale(dataset.raw, name), "H5DSset_scale", place)
  }

  /// Attaches a scale to an axis, counted from 0.
  ///
  /// - Throws: `HDF5Error`.
  public func attach(_ scale: Dataset, toAxis axis: Int) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let dataset = try open()
    let scaleDataset = try scale.open()
    try check(H5DSattach_scale(dataset.raw, scaleDataset.raw, UInt32(axis)), "H5DSattach_scale", place)
  }

  /// Names an axis, counted from 0, without a scale.
  ///
  /// - Throws: `HDF5Error`.
  public func label(axis: Int, _ label: String) throws(HDF5Error) {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let dataset = try open()
    try check(H5DSset_label(dataset.raw, UInt32(axis), label), "H5DSset_label", place)
  }

  /// Whether this is the scale of an axis.
  ///
  /// - Throws: `HDF5Error`.
  public func isScale() throws(HDF5Error) -> Bool {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let dataset = try open()
    let answer = H5DSis_scale(dataset.raw)
    guard answer >= 0 else { throw HDF5Error(failed: "H5DSis_scale", at: place) }
    return answer > 0
  }

  /// The axes' names, outermost first: of the first attached scale, else the label, else empty.
  ///
  /// - Throws: `HDF5Error`.
  public func axisNames() throws(HDF5Error) -> [String] {
    AccessLane.enter()
    defer { AccessLane.leave() }
    let rank = try form().shape.count
    let dataset = try open()
    var names: [String] = []
    for axis in 0..<rank {
      if let scale = try scalePath(of: dataset, UInt32(axis)) {
        names.append(Self.name(ofPath: scale))
        continue
      }
      guard let label = libraryText({ H5DSget_label(dataset.raw, UInt32(axis), $0, $1) }) else {
        throw HDF5Error(failed: "H5DSget_label", at: place)
      }
      names.append(label)
    }
    return names
  }

  /// The last part of the path.
  public var name: String { Self.name(ofPath: path) }

  private static func name(ofPath path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }

  private func scalePath(of dataset: borrowing Identifier, _ axis: UInt32) throws(HDF5Error) -> String? {
    let count = H5DSget_num_scales(dataset.raw, axis)
    guard count >= 0 else { throw HDF5Error(failed: "H5DSget_num_scales", at: place) }
    if count == 0 { return nil }
    var found = ""
    let status = withUnsafeMutablePointer(to: &found) { found in
      H5DSiterate_scales(
        dataset.raw, axis, nil,
        { _, _, scale, context in
          guard let context, let name = libraryText({ H5Iget_name(scale, $0, $1) }) else { return -1 }
          context.assumingMemoryBound(to: String.self).pointee = name
          return 1
        }, found)
    }
    try check(status, "H5DSiterate_scales", place)
    return found
  }
}
