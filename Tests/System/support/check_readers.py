"""Lets programs other than h5py read trial files and the summary, and compares what they say with h5py, bit for bit.
Usage: check_readers.py RESULTS"""

import glob, importlib.metadata, re, subprocess, sys

import h5py, netCDF4, numpy, pandas, xarray

results = sys.argv[1]
paths = sorted(glob.glob(f"{results}/trials/*.h5"))
assert len(paths) == 3, paths


def run(*command, script=None):
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def is_same(left, right):
    left, right = numpy.asarray(left), numpy.asarray(right)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


def members(path):
    """Datasets by path, with their groups."""
    with h5py.File(path) as file:
        found = {}
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
        return found


def digits(values):
    """Numbers as text that reads back to the same bits."""
    return [float(value).hex() for value in values]


def numbers_from(text):
    return [float(word).hex() for word in re.findall(r"-?\d+\.?\d*(?:e[-+]?\d+)?|-?inf|nan|NaN|NA", text.replace("NA", "nan"))]


for path in paths:
    stored = members(path)
    texts = {name for name, value in stored.items() if getattr(value, "dtype", None) == object}

    # h5py: every axis has one scale of its own name in its own group.
    with h5py.File(path) as file:
        for name, value in stored.items():
            dataset = file[name]
            if dataset.is_scale:
                assert dataset.attrs["NAME"].decode() == name.rpartition("/")[2], name
                continue
            group = name.rpartition("/")[0]
            for axis, dimension in enumerate(dataset.dims):
                assert len(dimension) == 1 and dimension[0].name.rpartition("/")[0] == "/" + group, (name, axis)
            if dataset.shape and name not in texts:
                assert dataset.chunks and dataset.compression == "gzip" and dataset.shuffle and dataset.fletcher32, name
        assert len(file.userblock_size.to_bytes(8, "little")) == 8 and file.userblock_size == 0
        for name in ("metrics", "final"):
            for metric, dataset in file[name].items():
                assert dataset.attrs["units"] in ("nats", "1") and dataset.attrs["long_name"], metric
                assert metric == "epoch" or dataset.attrs["better"] in ("higher", "lower"), metric
    with h5py.File(path) as file:
        times = [h5py.h5o.get_info(file[name].id) for name in stored]
        assert not any(getattr(info, "mtime", 0) for info in times)

    # xarray by both engines, and netCDF4 by itself.
    groups = sorted({name.rpartition("/")[0] for name in stored})
    for engine in ("h5netcdf", "netcdf4"):
        count = 0
        for group in groups:
            with xarray.open_dataset(path, group=group, engine=engine) as dataset:
                for name in dataset.variables:
                    value = stored[f"{group}/{name}"]
                    if f"{group}/{name}" in texts:
                        assert dataset[name].values.tolist() == [text.decode() for text in value], name
                    else:
                        assert is_same(dataset[name].values, value), (group, name)
                    count += 1
        assert count == len(stored), (count, len(stored))
    with netCDF4.Dataset(path) as file:
        assert is_same(file["metrics/test_elbo"][:].data, stored["metrics/test_elbo"])
        assert file.model_type and file["metrics/test_elbo"].units == "nats"

    # The programs that list files.
    assert len(re.findall(r"^ +DATASET ", run("h5dump", "-H", path), re.MULTILINE)) >= len(stored)
    dumped = run("h5dump", "-d", "/metrics/test_elbo", "-m", "%.17g", "-y", "-w", "0", path)
    assert numbers_from(dumped[dumped.index("DATA {"):dumped.index("ATTRIBUTE")]) == digits(stored["metrics/test_elbo"])
    listed = run("ncdump", "-p", "9,17", "-g", "metrics", "-v", "test_elbo", path)
    assert numbers_from(re.search(r"test_elbo = ([^;]*);", listed)[1]) == digits(stored["metrics/test_elbo"])

    # R by both packages, Octave by itself and with its netcdf package.
    code = f"""
      suppressMessages(library(rhdf5)); say <- function(x) cat(sprintf("%.17g", x), "\\n")
      say(h5read("{path}", "metrics/test_elbo")); say(h5read("{path}", "tensors/weights/encoder_1/bias"))
      suppressMessages(library(hdf5r)); f <- H5File$new("{path}", mode = "r"); say(f[["metrics/test_elbo"]][])
      cat(h5attr(f, "model_type"), f[["provenance/host"]][], "\\n"); f$close_all()"""
    lines = run("Rscript", "-", script=code).splitlines()
    bias = stored["tensors/weights/encoder_1/bias"].astype("f8")
    assert numbers_from(lines[0]) == numbers_from(lines[2]) == digits(stored["metrics/test_elbo"])
    assert numbers_from(lines[1]) == digits(bias)
    with h5py.File(path) as file:
        assert lines[3].split() == [file.attrs["model_type"], file["provenance/host"].asstr()[0]]
    code = f"""
      s = load("-hdf5", "{path}", "metrics", "tensors");
      printf("%.17g ", s.metrics.test_elbo); disp("");
      printf("%.17g ", double(s.tensors.weights.encoder_1.bias)); disp("");
      pkg load netcdf
      printf("%.17g ", ncread("{path}", "/metrics/test_elbo")); disp("");"""
    lines = run("octave", "--no-gui", "--quiet", "--eval", code).splitlines()
    assert numbers_from(lines[0]) == numbers_from(lines[2]) == digits(stored["metrics/test_elbo"])
    assert numbers_from(lines[1]) == digits(bias)

# The summary: a table of plain columns, curves beside it.
summary = f"{results}/summary.h5"
tables = [xarray.open_dataset(summary, engine=engine).to_dataframe() for engine in ("h5netcdf", "netcdf4")]
pandas.testing.assert_frame_equal(*tables, check_exact=True)
table = tables[0].set_index("trial_id")
curves = xarray.open_dataset(summary, group="curves")
assert sorted(f"{results}/{name}" for name in table.file) == paths
for position, (trial_id, row) in enumerate(table.iterrows()):
    stored = members(f"{results}/{row.file}")
    for name, value in stored.items():
        group, _, metric = name.partition("/")
        if group == "final" and metric in table and not numpy.isnan(value):
            assert float(row[metric]).hex() == float(value).hex(), name
        if group == "metrics" and metric in curves and metric != "epoch":
            assert is_same(curves[metric].values[position], value), name
    with h5py.File(f"{results}/{row.file}") as file:
        assert file.attrs["model_type"] == row.model_type and file.attrs["seed"] == row.seed
code = f"""
  suppressMessages(library(rhdf5)); x <- h5read("{summary}", "test_log_likelihood"); cat(sprintf("%.17g", x), "\\n")
  cat(h5read("{summary}", "model_type"), "\\n")"""
lines = run("Rscript", "-", script=code).splitlines()
assert numbers_from(lines[0]) == digits(table.test_log_likelihood) and lines[1].split() == table.model_type.tolist()
code = f's = load("-hdf5", "{summary}", "test_log_likelihood", "seed"); printf("%.17g ", s.test_log_likelihood);'
assert numbers_from(run("octave", "--no-gui", "--quiet", "--eval", code)) == digits(table.test_log_likelihood)
assert "test_log_likelihood" in run("ncdump", "-h", summary) and "curves" in run("h5dump", "-n", summary)

# The comparison table as HDF5 against the same table as CSV: every column in h5py, pandas through both engines of xarray.
cells = pandas.read_csv(f"{results}/table.csv", keep_default_na=False)
with h5py.File(f"{results}/table.h5") as file:
    assert sorted(set(file) - {"row"}) == sorted(cells.columns), (sorted(file), sorted(cells.columns))
    assert file.attrs["sweep"] == "readers" and "Only completed ones are in the means." in file.attrs["comparison_caption"]
    assert "failed" in file.attrs["comparison_notes"]
    assert file["row"].is_scale and len(file["row"]) == len(cells) > 0
    for name in cells:
        values, told = file[name][()], cells[name].tolist()
        assert file[name].dims[0][0].name == "/row" and file[name].attrs["long_name"], name
        if values.dtype == object:
            assert [value.decode() for value in values] == [str(text) for text in told], name
        else:
            assert digits(values) == digits([float(text) if text != "" else numpy.nan for text in told]), name
frames = [
    xarray.open_dataset(f"{results}/table.h5", engine=engine).to_dataframe() for engine in ("h5netcdf", "netcdf4")]
pandas.testing.assert_frame_equal(*frames, check_exact=True)
assert frames[0]["mean"].notna().any() and sorted(frames[0]) == sorted(cells)

versions = [f"{name} {importlib.metadata.version(name)}" for name in ("h5py", "xarray", "h5netcdf", "netCDF4", "pandas")]
versions += [f"HDF5 {h5py.version.hdf5_version}", run("h5dump", "--version").split()[-1].join(["h5dump ", ""]),
             "ncdump " + re.search(r"version (\S+)", subprocess.run(["ncdump"], capture_output=True, text=True).stderr)[1],
             run("Rscript", "-e", 'cat("R", as.character(getRversion()), "rhdf5", as.character(packageVersion("rhdf5")),'
                 ' "hdf5r", as.character(packageVersion("hdf5r")))'),
             run("octave", "--no-gui", "--quiet", "--eval", 'printf("Octave %s", OCTAVE_VERSION)')]
print(f"readers: 3 trial files, the summary and a table of {len(cells)} rows are equal, bit for bit, in {', '.join(versions)}")
