# Sourced by suites that read results with other people's programs. Makes a small real sweep whose names need escaping,
# with trials that completed, that failed (NaN) and one without a result.

# reader_sweep FOLDER PYTHON: results in FOLDER/results; PYTHON has numpy and h5py.
reader_sweep() {
  local folder=$1 python=$2 igr=$IGR_PROGRAMS/igr
  "$python" - "$folder/cells, \"raw\" é 100%.h5" <<'PYTHON'
import sys
import h5py, numpy
random = numpy.random.default_rng(0)
with h5py.File(sys.argv[1], "w") as file:
    file["images"] = random.integers(0, 256, (120, 8, 8), dtype="u1")
    file["test_images"] = random.integers(0, 256, (20, 8, 8), dtype="u1")
PYTHON
  cat >"$folder/sweep.yaml" <<YAML
name: readers
base:
  dataset_name: 'hdf5:$folder/cells, "raw" é 100%.h5'
  epochs: 3
  batch_n: 20
  sample_size_testing: 5
  record: [gradients, vertex_distance, traversals]
cases:
  - {model_type: GS_Dis, n_required: 10, temp: 0.5}
  - {model_type: IGR_I_Dis, n_required: 9, temp: 0.5}
  - {model_type: GS_Dis, n_required: 10, temp: 0.5, learning_rate: 1.0e+38}
grid: {seed: [1, 2]}
YAML
  local status=0
  "$igr" run "$folder/sweep.yaml" --results "$folder/results" >"$folder/run.log" 2>&1 || status=$?
  if ((status != 1)); then
    echo "the sweep should end with 1 (two trials fail), not $status:" >&2
    cat "$folder/run.log" >&2
    return 1
  fi
  # One trial more has no result.
  rm "$(find "$folder/results/trials" -maxdepth 1 -name '*.h5' | sort | head -1)"
}

# python_environment FOLDER PACKAGE...: a throw-away environment with packages of PyPI; prints its python.
python_environment() {
  local folder=$1
  shift
  if ! python3 -m venv "$folder/venv" >"$folder/venv.log" 2>&1; then
    install_packages python3-venv >&2
    python3 -m venv "$folder/venv" >&2
  fi
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
  echo "$folder/venv/bin/python"
}

# install_packages PACKAGE...: Debian packages that are missing; fails where they cannot be had.
install_packages() {
  local missing=() root=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true) == "install ok installed" ]] || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return 0
  ((EUID == 0)) || root=(sudo -n)
  "${root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install -y \
      --no-install-recommends "${missing[@]}" >/dev/null
}
