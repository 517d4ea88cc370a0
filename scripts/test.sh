#!/usr/bin/env bash
# Everything `make test` does: libraries, build, data, tests; ends with what each part cost.
set -euo pipefail
cd "$(dirname "$0")/.."

costs=()
step() {
  local name=$1 begin=$SECONDS
  shift
  "$@"
  costs+=("$(printf '%-24s %5d s' "$name" $((SECONDS - begin)))")
}

step "system libraries" scripts/install-deps.sh
step "build" scripts/test-build.sh
step "data" .build-test/release/igr data fetch mnist fmnist
step "tests" env IGR_STRICT=1 swift test --scratch-path .build-test -c release -Xswiftc -enable-testing \
  --explicit-target-dependency-import-check error "$@"
echo
printf '%s\n' "${costs[@]}"
