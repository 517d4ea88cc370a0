import Foundation
import TestSupport
import Testing
import Trials

@testable import ResultStore

/// Our files in the hands of h5py, xarray (both engines) and h5dump.
@Suite(.disabled(if: Readers.areSkipped, "IGR_SKIP_READERS=1")) struct ReaderTests {
  /// One dataset as it should be found: type and shape as numpy names them, axis names, bytes in hexadecimal.
  private struct Expected: Encodable {
    var type: String
    var shape: [Int]
    var axes: [String]
    var bytes: String

    init<Value>(_ type: String, _ shape: [Int], _ axes: [String], _ values: [Value]) {
      self.type = type
      self.shape = shape
      self.axes = axes
      bytes = values.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
    }
  }

  private struct Expectations: Encodable {
    var datasets: [String: Expected] = [:]
    var texts: [String: [String]] = [:]
    var attributes: [String: String] = [:]
    var numbers: [String: Double] = [:]
  }

  private func expectations(of record: TrialRecord) -> Expectations {
    var all = Expectations()
    for (group, table) in [("metrics", record.metrics), ("timing", record.timing)] {
      let count = table.epochs.count
      all.datasets["/\(group)/epoch"] = Expected("int32", [count], ["epoch"], table.epochs)
      for (name, column) in zip(table.names, table.columns) {
        all.datasets["/\(group)/\(name)"] = Expected("float64", [count], ["epoch"], column)
      }
    }
    for (name, value) in record.finals {
      all.datasets["/final/\(name)"] = Expected("float64", [], [], [value])
    }
    for tensor in record.tensors {
      all.datasets["/tensors/\(tensor.name)"] = Expected("float32", tensor.shape, tensor.axes, tensor.values)
      let group = "/tensors/" + tensor.name.split(separator: "/").dropLast().joined(separator: "/")
      for (axis, length) in zip(tensor.axes, tensor.shape) {
        all.datasets["\(group)/\(axis)"] = Expected("int32", [length], [axis], (0..<Int32(length)).map { $0 })
      }
    }
    let rows = record.attempts
    for (name, values) in [
      ("attempt", rows.map { Int32($0.number) }), ("threads", rows.map { Int32($0.threads) }),
      ("first_epoch", rows.map { Int32($0.firstEpoch) }), ("last_epoch", rows.map { Int32($0.lastEpoch) }),
    ] {
      all.datasets["/provenance/\(name)"] = Expected("int32", [rows.count], ["attempt"], values)
    }
    all.datasets["/provenance/peak_memory_mib"] = Expected(
      "float64", [rows.count], ["attempt"], rows.map { $0.peakMemoryMiB ?? .nan })
    all.texts = [
      "/provenance/token": rows.map(\.token.description), "/provenance/worker": rows.map(\.worker),
      "/provenance/host": rows.map(\.host), "/provenance/cpu": rows.map(\.cpu),
      "/provenance/blas": rows.map(\.blas),
      "/provenance/cause": rows.map { $0.cause?.text ?? "" }, "/provenance/message": rows.map(\.message),
      "/provenance/started": ["2023-11-14T22:13:20.250000Z", "2023-11-14T22:16:40.000000Z"],
      "/provenance/ended": ["2023-11-14T22:15:00.500000Z", "2023-11-14T22:18:20.000000Z"],
    ]
    all.attributes = [
      "trial_id": record.trial.id.description, "sweep": record.sweep, "status": "completed",
      "config": record.trial.configuration.canonicalJSON, "data_digest": record.trial.dataDigest,
      "engine_version": record.engineVersion, "git_revision": record.gitRevision,
      "result_digest": TrialFile.digest(of: record).description, "model_type": "IGR_I_Dis",
    ]
    all.numbers = [
      "schema_version": 1, "engine_result_version": Double(EngineVersion.result), "threads": 2, "seed": 1,
      "temp": 0.15, "n_required": 10, "run_with_sample": 0, "sample_from_disc_kl": 1,
    ]
    return all
  }

  private func withSample(_ body: (String, String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let record = try Sample.record()
      try TrialFile.write(record, to: folder + "/a.h5")
      try JSONEncoder().encode(expectations(of: record)).write(to: URL(filePath: folder + "/expected.json"))
      try body(folder + "/a.h5", folder + "/expected.json")
    }
  }

  @Test func h5pyReadsEveryBit() throws {
    let script = #"""
      import sys, json, h5py, numpy
      expected = json.load(open(sys.argv[2]))
      with h5py.File(sys.argv[1], "r") as f:
          found = {}
          f.visititems(lambda name, item: found.update({"/" + name: item}) if isinstance(item, h5py.Dataset) else None)
          wanted = expected["datasets"]
          assert set(found) == set(wanted) | set(expected["texts"]), set(found) ^ (set(wanted) | set(expected["texts"]))
          for path, want in wanted.items():
              d = found[path]
              assert d.dtype.name == want["type"] and list(d.shape) == want["shape"], (path, d)
              assert d[()].tobytes().hex() == want["bytes"], path
              # Message 18 of an object's header is the time of its last change.
              assert not h5py.h5o.get_info(d.id).hdr.mesg.present >> 18 & 1, path
              if d.shape: assert d.shuffle and d.compression == "gzip" and d.fletcher32, path
              if h5py.h5ds.is_scale(d.id): continue
              assert [dim[0].name.rpartition("/")[2] for dim in d.dims] == want["axes"], path
          for path, want in expected["texts"].items():
              assert list(found[path].asstr()) == want, path
              assert h5py.check_string_dtype(found[path].dtype) == ("utf-8", None), path
          for name, want in expected["attributes"].items():
              assert type(f.attrs[name]) is str and f.attrs[name] == want, name
          for name, want in expected["numbers"].items():
              assert f.attrs[name] == want, name
          for name, value in json.loads(f.attrs["config"]).items():
              found = f.attrs[name]
              assert (json.loads(found) if isinstance(value, list) else found) == value, name
          elbo = f["metrics/test_elbo"].attrs
          assert (elbo["units"], elbo["better"]) == ("nats", "higher") and "ELBO" in elbo["long_name"]
          assert f["provenance"].attrs["peak_memory_mib"] == 99.5
      """#
    try withSample { file, expected in _ = try Readers.python(script, [file, expected]) }
  }

  @Test(arguments: ["h5netcdf", "netcdf4"]) func xarrayOpensEveryGroup(engine: String) throws {
    let script = #"""
      import sys, json, h5py, h5netcdf, netCDF4, xarray, warnings
      warnings.simplefilter("error", UserWarning)
      path, engine = sys.argv[1], sys.argv[3]
      expected = json.load(open(sys.argv[2]))
      groups = ["/"]
      with h5py.File(path, "r") as f:
          f.visititems(lambda name, item: groups.append("/" + name) if isinstance(item, h5py.Group) else None)
      seen = 0
      for group in groups:
          with xarray.open_dataset(path, group=group, engine=engine) as data:
              for name in data.variables:
                  full = group.rstrip("/") + "/" + name
                  variable = data.variables[name]
                  seen += 1
                  if full in expected["texts"]:
                      assert list(variable.values) == expected["texts"][full], full
                      assert variable.dims == ("attempt",), (full, variable.dims)
                      continue
                  want = expected["datasets"][full]
                  assert list(variable.dims) == want["axes"], (full, variable.dims)
                  assert variable.dtype.name == want["type"], (full, variable.dtype)
                  assert variable.values.tobytes().hex() == want["bytes"], full
              if group == "/":
                  for name, want in expected["attributes"].items(): assert data.attrs[name] == want, name
                  for name, want in expected["numbers"].items(): assert data.attrs[name] == want, name
              if group == "/metrics":
                  assert data.test_elbo.attrs["units"] == "nats"
                  assert float(data.test_elbo.sel(epoch=3)) == -149
                  if engine == "netcdf4": assert list(data.data_vars)[:2] == ["train_loss", "test_elbo"]
      assert seen == len(expected["datasets"]) + len(expected["texts"]), seen
      """#
    try withSample { file, expected in _ = try Readers.python(script, [file, expected, engine]) }
  }

  /// The lines are run as they stand in the page.
  @Test func thePagesExamplesRun() throws {
    let examples = try ResultsFormatPage.read().examples
    #expect(examples.count >= 3)
    try withSample { file, _ in
      for example in examples {
        let output = try Readers.python(example.replacing("TRIAL.h5", with: file), [])
        #expect(!output.isEmpty, "\(example)")
        if example.contains("hashlib.sha256") {
          #expect(
            output.split(separator: "\n").map(String.init) == [
              TrialFile.digest(of: try Sample.record()).description, "True",
            ])
        }
      }
    }
  }

  @Test func theToolsOfHDF5ShowTheFile() throws {
    try withSample { file, _ in
      let header = try Readers.run("/usr/bin/h5dump", ["-H", file])
      #expect(header.contains("GROUP \"metrics\"") && header.contains("DATASET \"reconstructions\""))
      let list = try Readers.run("/usr/bin/h5ls", ["-rv", file])
      #expect(list.contains("/metrics/test_elbo"))
    }
  }
}
