#!/usr/bin/env bash
# Everything `make test` does: libraries, checks, build, data, tests; ends with what each part cost.
set -euo pipefail
cd "$(dirname "$0")/.."

# Trials have one BLAS thread each; OpenBLAS's own threads would only fight with those of the tests.
export OPENBLAS_NUM_THREADS=1

costs=()
step() {
  local name=$1 begin=$SECONDS
  shift
  "$@"
  costs+=("$(printf '%-24s %5d s' "$name" $((SECONDS - begin)))")
}
suite() {
  IGR_STRICT=1 swift test --skip-build --scratch-path .build-test -c release -Xswiftc -enable-testing \
    --explicit-target-dependency-import-check error "$@"
}

# The tests of files end processes on purpose with the test library's exit tests, whose monitor waits for any child of
# the test process and spins when it meets a child of another test. So they run in a process of their own.
files='HDF5Tests|ResultStoreTests'
whole='IntegrationTests'

step "system libraries" scripts/install-deps.sh
step "checks" scripts/check.sh --no-build
step "build" scripts/test-build.sh
step "data" .build-test/release/igr data fetch mnist fmnist
step "tests of files" suite --filter "$files"
step "tests of modules" suite --skip "$files|$whole"
step "tests of whole sweeps" suite --filter "$whole"
echo
printf '%s\n' "${costs[@]}"
