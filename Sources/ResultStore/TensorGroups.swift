import HDF5
import Trials

/// Named tensors as a tree of groups. In each group, every axis name has one dimension scale: the indices
/// 0, 1, … as int32, so that readers of the netCDF-4 model find each axis by name.
enum TensorGroups {
  /// Level 1 of deflate: weights are nearly incompressible, and higher levels only take longer.
  static let storage = HDF5Storage.compressed(level: 1)

  /// Path (relative to the tensors' own group) and length of every axis scale, in the order of first use.
  static func scales(of tensors: [NamedTensor]) -> [(path: String, length: Int)] {
    var seen: Set<String> = []
    var scales: [(path: String, length: Int)] = []
    for tensor in tensors {
      for (axis, length) in zip(tensor.axes, tensor.shape) {
        let path = Self.parent(of: tensor.name) + axis
        if seen.insert(path).inserted { scales.append((path, length)) }
      }
    }
    return scales
  }

  /// - Returns: what is wrong with the tensors' names and axes, or nil.
  static func fault(in tensors: [NamedTensor]) -> String? {
    var paths: Set<String> = []
    var lengths: [String: Int] = [:]
    for tensor in tensors {
      let parts = tensor.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
        return "the tensor '\(tensor.name)' needs a name like 'weights/encoder_1/kernel'"
      }
      guard paths.insert(tensor.name).inserted else { return "two tensors are named '\(tensor.name)'" }
      guard Set(tensor.axes).count == tensor.axes.count,
        !tensor.axes.contains(where: { $0.isEmpty || $0.contains("/") })
      else { return "the axes of '\(tensor.name)' need distinct names, found \(tensor.axes)" }
      for (axis, length) in zip(tensor.axes, tensor.shape) {
        let path = parent(of: tensor.name) + axis
        if let other = lengths.updateValue(length, forKey: path), other != length {
          return "the axis '\(path)' has \(other) and \(length) elements; use two names or two groups"
        }
      }
    }
    if let both = lengths.keys.sorted().first(where: paths.contains) {
      return "'\(both)' is a tensor and an axis"
    }
    return nil
  }

  static func write(_ tensors: [NamedTensor], in group: Group) throws {
    var groups: [String: Group] = [:]
    func parentGroup(of name: String) throws -> Group {
      var (current, path) = (group, "")
      for part in name.split(separator: "/").dropLast() {
        path += part + "/"
        if groups[path] == nil { groups[path] = try current.createGroup(String(part)) }
        current = groups[path] ?? current
      }
      return current
    }
    var scales: [String: Dataset] = [:]
    for tensor in tensors {
      let parent = try parentGroup(of: tensor.name)
      let name = String(tensor.name.dropFirst(Self.parent(of: tensor.name).count))
      for (axis, length) in zip(tensor.axes, tensor.shape) {
        let path = Self.parent(of: tensor.name) + axis
        if scales[path] != nil { continue }
        let scale = try parent.createDataset(
          axis, shape: [length], values: (0..<Int32(length)).map { $0 }, storage: storage)
        try scale.makeScale()
        scales[path] = scale
      }
      let dataset = try parent.createDataset(
        name, shape: tensor.shape, values: tensor.values, storage: storage)
      for (index, axis) in tensor.axes.enumerated() {
        guard let scale = scales[Self.parent(of: tensor.name) + axis] else { continue }
        try dataset.attach(scale, toAxis: index)
      }
    }
  }

  /// Every tensor below `group`, each group's in the order of its creation.
  static func read(_ group: Group, prefix: String = "") throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for member in try group.members() {
      switch member.kind {
      case .group: tensors += try read(group.group(member.name), prefix: prefix + member.name + "/")
      case .dataset:
        let dataset = try group.dataset(member.name)
        if try dataset.isScale() { continue }
        tensors.append(
          NamedTensor(
            name: prefix + member.name, axes: try dataset.axisNames(), shape: try dataset.form().shape,
            values: try dataset.read()))
      case .other: continue
      }
    }
    return tensors
  }

  /// The part of a name up to and with its last slash.
  private static func parent(of name: String) -> String {
    String(name[..<(name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex)])
  }
}
