import Digests
import HDF5
import Trials

/// The SHA-256 over the numbers of a trial file: every dataset below `/metrics`, `/final` and `/tensors`, axis
/// scales included, in the byte order of their paths. Each adds one line, `path type shape` with the shape as
/// `784,240` (empty for a scalar), and then its elements, row-major and little-endian.
///
/// Anyone can compute it; docs/results-format.md shows how with h5py.
struct ResultDigest {
  enum Values {
    case int32([Int32])
    case float32([Float])
    case float64([Double])
  }

  static let groups = ["metrics", "final", "tensors"]

  private var entries: [(path: String, shape: [Int], values: Values)] = []

  mutating func add(_ path: String, shape: [Int], _ values: Values) {
    entries.append((path, shape, values))
  }

  func finish() -> SHA256Digest {
    var hash = SHA256()
    let sorted = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    for (path, shape, values) in sorted {
      let type: HDF5ScalarType =
        switch values {
        case .int32: .int32
        case .float32: .float32
        case .float64: .float64
        }
      hash.update("\(path) \(type.rawValue) \(shape.map(String.init).joined(separator: ","))\n")
      // Memory order is file order: Swift on Linux runs on little-endian machines only.
      switch values {
      case .int32(let values): values.withUnsafeBytes { hash.update($0) }
      case .float32(let values): values.withUnsafeBytes { hash.update($0) }
      case .float64(let values): values.withUnsafeBytes { hash.update($0) }
      }
    }
    return hash.finish()
  }
}

extension ResultDigest {
  /// Of a record that is to be written.
  init(of record: TrialRecord) {
    let metrics = record.metrics
    add("/metrics/epoch", shape: [metrics.epochs.count], .int32(metrics.epochs))
    for (name, column) in zip(metrics.names, metrics.columns) {
      add("/metrics/\(name)", shape: [column.count], .float64(column))
    }
    for final in record.finals { add("/final/\(final.name)", shape: [], .float64([final.value])) }
    for tensor in record.tensors {
      add("/tensors/\(tensor.name)", shape: tensor.shape, .float32(tensor.values))
    }
    for (path, length) in TensorGroups.scales(of: record.tensors) {
      add("/tensors/\(path)", shape: [length], .int32((0..<Int32(length)).map { $0 }))
    }
  }

  /// Of what a file really holds, whatever its groups say of themselves.
  init(of file: HDF5File) throws {
    for name in Self.groups { try add(file.root.group(name)) }
  }

  private mutating func add(_ group: Group) throws {
    for member in try group.members() {
      switch member.kind {
      case .group: try add(group.group(member.name))
      case .dataset: try add(group.dataset(member.name))
      case .other: continue
      }
    }
  }

  private mutating func add(_ dataset: Dataset) throws {
    let form = try dataset.form()
    switch form.type {
    case .int32: add(dataset.path, shape: form.shape, .int32(try dataset.read()))
    case .float64: add(dataset.path, shape: form.shape, .float64(try dataset.read()))
    // A type that the format does not have is read as the most common one, which tells what was found.
    default: add(dataset.path, shape: form.shape, .float32(try dataset.read()))
    }
  }
}
