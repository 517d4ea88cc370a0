import ExportFormats
import ResultStore
import Trials

extension TrialRecord {
  /// The numbers of the trial file, named by their paths in it. Axis scales below `/tensors` are left out: they
  /// count from 0.
  var numberArrays: [NamedArray] {
    table(metrics, "metrics")
      + finals.map { NamedArray("final/\($0.name)", shape: [], .float64([$0.value])) }
      + tensors.map { NamedArray("tensors/\($0.name)", shape: $0.shape, .float32($0.values)) }
      + table(timing, "timing")
  }

  /// The provenance and the attributes of the root, which have texts among them.
  var otherArrays: [NamedArray] {
    let rows = [attempts.count]
    func texts(_ name: String, _ value: (AttemptRecord) -> String) -> NamedArray {
      NamedArray("provenance/\(name)", shape: rows, .texts(attempts.map(value)))
    }
    func whole(_ name: String, _ value: (AttemptRecord) -> Int) -> NamedArray {
      NamedArray("provenance/\(name)", shape: rows, .int32(attempts.map { Int32(clamping: value($0)) }))
    }
    return [
      whole("attempt", \.number), texts("token", \.token.description), texts("worker", \.worker),
      texts("host", \.host), texts("cpu", \.cpu), texts("blas", \.blas), whole("threads", \.threads),
      texts("started") { UTCTime.text(unixSeconds: $0.startedUnixSeconds) },
      texts("ended") { $0.endedUnixSeconds.map(UTCTime.text(unixSeconds:)) ?? "" },
      texts("cause") { $0.cause?.text ?? "" }, whole("first_epoch", \.firstEpoch),
      whole("last_epoch", \.lastEpoch),
      NamedArray(
        "provenance/peak_memory_mib", shape: rows, .float64(attempts.map { $0.peakMemoryMiB ?? .nan })),
      texts("message", \.message),
    ] + description.map { NamedArray("attributes/\($0.name)", text: $0.text) } + hyperparameterArrays
  }

  /// What the trial is, in texts.
  var description: [(name: String, text: String)] {
    [
      ("trial_id", trial.id.description), ("sweep", sweep), ("status", state.rawValue),
      ("config", trial.configuration.canonicalJSON), ("data_digest", trial.dataDigest),
      ("engine_version", engineVersion), ("git_revision", gitRevision),
      ("result_digest", TrialFile.digest(of: self).description),
    ] + (dataSource.isEmpty ? [] : [("data_source", dataSource)])
      + (warnings.isEmpty ? [] : [("warnings", warnings.joined(separator: "\n"))])
  }

  private var hyperparameterArrays: [NamedArray] {
    trial.configuration.values.sorted { $0.key < $1.key }.map { name, value in
      let name = "attributes/\(name)"
      return switch value {
      case .integer(let number): NamedArray(name, shape: [], .int64([Int64(number)]))
      case .real(let number): NamedArray(name, shape: [], .float64([number]))
      case .boolean(let answer): NamedArray(name, shape: [], .int8([answer ? 1 : 0]))
      case .string(let text): NamedArray(name, text: text)
      case .list: NamedArray(name, text: value.canonicalJSON)
      }
    }
  }

  private func table(_ table: EpochTable, _ group: String) -> [NamedArray] {
    let shape = [table.epochs.count]
    return [NamedArray("\(group)/epoch", shape: shape, .int32(table.epochs))]
      + zip(table.names, table.columns).map { NamedArray("\(group)/\($0)", shape: shape, .float64($1)) }
  }
}
