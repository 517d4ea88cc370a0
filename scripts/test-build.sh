#!/usr/bin/env bash
# Builds programs and tests as `make test` and `make check` need them: one build for both, apart from the programs that
# people use, because testability and warnings as errors are on.
set -euo pipefail
cd "$(dirname "$0")/.."

IGR_STRICT=1 swift build --scratch-path .build-test -c release --build-tests -Xswiftc -enable-testing \
  --explicit-target-dependency-import-check error
