"""Reads what `igr export` wrote with the tools that it is for, and compares every bit with h5py's reading of the trial
files. Usage: check_export.py RESULTS IGR"""

import glob, importlib.metadata, json, math, os, socket, struct, subprocess, sys, time, urllib.request

import h5py, numpy, pandas, pyarrow, pyarrow.parquet, xarray
from safetensors import safe_open
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

results, igr = sys.argv[1:]


def export(name, *options, code=1):
    run = subprocess.run([igr, "export", results, "--format", name, *options], capture_output=True, text=True)
    assert run.returncode == code, (name, options, run.returncode, run.stderr)
    return run.stdout.strip(), run.stderr


def is_same(left, right):
    """Equal in every bit, NaN's too."""
    left, right = numpy.asarray(left), numpy.asarray(right)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


def bits(value):
    return struct.pack("<d", value)


class Trial:
    """All of a trial file: arrays by path without the leading slash, attributes of the root."""

    def __init__(self, path):
        self.arrays, self.scales = {}, set()
        with h5py.File(path) as file:
            self.attributes = dict(file.attrs)

            def visit(name, item):
                if isinstance(item, h5py.Dataset):
                    is_text = h5py.check_string_dtype(item.dtype) is not None
                    self.arrays[name] = item.asstr()[()] if is_text else item[()]
                    if item.is_scale and name.startswith("tensors/"):
                        self.scales.add(name)

            file.visititems(visit)

    @property
    def numbers(self):
        return {name: array for name, array in self.arrays.items()
                if name not in self.scales and not name.startswith("provenance/")}


trials = {os.path.basename(path)[:-3]: Trial(path) for path in glob.glob(f"{results}/trials/*.h5")}
assert len(trials) == 3, len(trials)
count = 0

# npz with numpy, without pickle.
folder, told = export("npz")
assert "3 trials exported" in told and "2 failed" in told and "1 pending" in told, told
for trial_id, trial in trials.items():
    with numpy.load(f"{folder}/{trial_id}.npz", allow_pickle=False) as archive:
        expected = {name: array for name, array in trial.arrays.items() if name not in trial.scales}
        for name, array in expected.items():
            if array.dtype == object:
                assert archive[name].tolist() == array.tolist(), name
            else:
                assert is_same(archive[name], array), name
            count += array.size
        names = set(archive.files)
        assert names >= set(expected)
        for name, value in trial.attributes.items():
            if name not in ("schema_version", "engine_result_version", "threads"):
                found = archive[f"attributes/{name}"][()]
                assert found == value, (name, found, value)
print(f"export: npz: numpy {numpy.__version__}, {count} elements equal")

# safetensors
count = 0
folder, _ = export("safetensors")
for trial_id, trial in trials.items():
    with safe_open(f"{folder}/{trial_id}.safetensors", "numpy") as file:
        assert set(file.keys()) == set(trial.numbers)
        for name, array in trial.numbers.items():
            assert is_same(file.get_tensor(name), array), name
            count += array.size
        for name in ("trial_id", "sweep", "config", "status", "result_digest"):
            assert file.metadata()[name] == trial.attributes[name], name
print(f"export: safetensors {importlib.metadata.version('safetensors')}, {count} elements equal")

# netCDF and HDF5 are copies; xarray opens each group.
folder, _ = export("netcdf")
copies, _ = export("hdf5")
for trial_id, trial in trials.items():
    for path in (f"{folder}/{trial_id}.nc", f"{copies}/{trial_id}.h5"):
        assert open(path, "rb").read() == open(f"{results}/trials/{trial_id}.h5", "rb").read()
    for engine in ("netcdf4", "h5netcdf"):
        with xarray.open_dataset(f"{folder}/{trial_id}.nc", group="metrics", engine=engine) as metrics:
            for name in metrics.variables:
                assert is_same(metrics[name].values, trial.arrays[f"metrics/{name}"]), name
        with xarray.open_dataset(f"{folder}/{trial_id}.nc", group="tensors/images", engine=engine) as images:
            assert is_same(images["originals"].values, trial.arrays["tensors/images/originals"])
            assert images["originals"].dims == ("image", "height", "width", "channel")
print(f"export: netcdf, hdf5: xarray {xarray.__version__} with netCDF4 and h5netcdf, copies equal")


def check_tables(trials_table, metrics, timing, attempts):
    table = trials_table.set_index("trial_id")
    assert sorted(table.status) == ["completed"] * 3 + ["failed"] * 2 + ["pending"], table.status
    assert sorted(table.cause.dropna()) == ["nan", "nan"]
    for trial_id, trial in trials.items():
        row = table.loc[trial_id]
        for name, value in trial.attributes.items():
            if name in row:
                assert row[name] == value, (name, row[name], value)
        for path, array in trial.arrays.items():
            group, _, name = path.partition("/")
            if group == "final":
                assert bits(row[name]) == bits(array) or (math.isnan(row[name]) and math.isnan(array)), path
        for group, frame in (("metrics", metrics), ("timing", timing)):
            rows = frame[frame.trial_id == trial_id]
            assert rows.epoch.tolist() == trial.arrays[f"{group}/epoch"].tolist()
            for path, array in trial.arrays.items():
                if path.startswith(group + "/") and not path.endswith("/epoch"):
                    found = rows[path.partition("/")[2]].to_numpy(dtype="f8")
                    number = ~numpy.isnan(array)
                    assert numpy.array_equal(numpy.isnan(found), ~number), path
                    assert is_same(found[number], array[number]), path
        rows = attempts[attempts.trial_id == trial_id]
        assert rows.host.tolist() == trial.arrays["provenance/host"].tolist()
        assert rows.started.tolist() == trial.arrays["provenance/started"].tolist()
    without = table[table.status != "completed"]
    assert without.test_log_likelihood.isna().all()
    assert (without.dataset_name == table.dataset_name.iloc[0]).all()


# CSV with pandas. Before its version 3 the usual reading of numbers was inexact. The cause `nan` is a text.
exact = {"float_precision": "round_trip"} if int(pandas.__version__.split(".")[0]) < 3 else {}
folder, _ = export("csv")
frames = [pandas.read_csv(f"{folder}/{name}.csv", keep_default_na=False, na_values=["", "NaN"], **exact)
          for name in ("trials", "metrics", "timing", "attempts")]
check_tables(*frames)
print(f"export: csv: pandas {pandas.__version__}, 4 tables equal")

# Parquet with pyarrow: types, nulls apart from NaN.
folder, _ = export("parquet")
tables = [pyarrow.parquet.read_table(f"{folder}/{name}.parquet") for name in ("trials", "metrics", "timing", "attempts")]
for table in tables:
    table.validate(full=True)
check_tables(*(table.to_pandas() for table in tables))
schema = tables[0].schema
assert str(schema.field("seed").type) == "int64" and str(schema.field("temp").type) == "double"
assert str(schema.field("model_type").type) == "string" and str(schema.field("run_with_sample").type) == "bool"
assert schema.metadata[b"sweep"] == b"readers"
likelihood = tables[0].column("test_log_likelihood")
assert likelihood.null_count == 3
validation = tables[1].column("val_elbo")
assert validation.null_count == 0 and all(math.isnan(value) for value in validation.to_pylist())
print(f"export: parquet: pyarrow {pyarrow.__version__}, 4 tables equal, nulls and NaN apart")

# TensorBoard's own reader.
folder, _ = export("tensorboard")
count = 0
runs = [name for name in os.listdir(folder) if os.path.isdir(f"{folder}/{name}")]
assert len(runs) == 3
for run in runs:
    trial = trials[run.rpartition(",")[2]]
    events = EventAccumulator(f"{folder}/{run}", size_guidance={"tensors": 0, "scalars": 0})
    events.Reload()
    tags = set(events.Tags()["scalars"])
    for path, array in trial.arrays.items():
        group, _, name = path.partition("/")
        if group not in ("metrics", "final") or name == "epoch":
            continue
        tag = name if group == "metrics" else f"final/{name}"
        array = numpy.atleast_1d(array)
        steps = trial.arrays["metrics/epoch"] if group == "metrics" else trial.arrays["metrics/epoch"][-1:]
        measured = ~numpy.isnan(array)
        if not measured.any():
            assert tag not in tags
            continue
        found = events.Tensors("exact/" + tag)
        assert [event.step for event in found] == steps[measured].tolist(), tag
        values = numpy.array([tensor_util.make_ndarray(event.tensor_proto).item() for event in found])
        assert is_same(values, array[measured]), tag
        shown = events.Scalars(tag)
        assert [event.step for event in shown] == steps[measured].tolist(), tag
        assert is_same(numpy.array([event.value for event in shown], "f4"), values.astype("f4")), tag
        count += len(values)
    strings = tensor_util.make_ndarray(events.Tensors("reconstructions")[0].tensor_proto)
    assert strings[2].startswith(b"\x89PNG") and strings.shape == (3,)
    assert b"trial_id" in tensor_util.make_ndarray(events.Tensors("trial")[0].tensor_proto).item()
# The dashboards themselves, by the loader that people get unless they ask for another.
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-m", "tensorboard.main", "--logdir", folder, "--host", "127.0.0.1",
                           "--port", str(port), "--reload_interval", "1"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def dashboard(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/data/plugin/{path}") as answer:
        return json.load(answer)


try:
    found, deadline = {}, time.monotonic() + 120
    while len(found) < len(runs) and time.monotonic() < deadline:
        try:
            found = dashboard("scalars/tags")
        except OSError:  # It does not listen yet.
            pass
        time.sleep(0.2)
    assert sorted(found) == sorted(runs), found
    assert all("train_loss" in tags and "final/test_log_likelihood" in tags for tags in found.values()), found
    assert not any(tag.startswith("exact/") for tags in found.values() for tag in tags), found
    assert all("reconstructions" in tags for tags in dashboard("images/tags").values())
    assert all("trial" in tags for tags in dashboard("text/tags").values())
finally:
    server.terminate()
    server.wait()
print(f"export: tensorboard {importlib.metadata.version('tensorboard')}, {count} scalars equal, shown by its dashboards")

# Filters, refusals, replacement.
folder, told = export("npz", "--where", "model_type=IGR_I_Dis", "-o", f"{results}/../some", code=0)
listed = json.load(open(f"{folder}/export.json"))
assert [trial["status"] for trial in listed["trials"]] and listed["where"] == "model_type = IGR_I_Dis", listed
assert {name for name in os.listdir(folder)} == set(listed["files"]) | {"export.json"}
_, told = export("npz", code=2)
assert "is there already; --force replaces it" in told, told
export("npz", "--force")
_, told = export("npz", "--where", "model_typ=VAE", code=2)
assert "did you mean 'model_type'?" in told, told
_, told = export("parket", code=2)
assert "did you mean 'parquet'?" in told, told
_, told = export("csv", "--where", "learning_rate=1e38", "-o", f"{results}/../none", code=2)
assert "nothing to export" in told and not os.path.exists(f"{results}/../none"), told
print("export: filters, refusals and replacement as documented")
