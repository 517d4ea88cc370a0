#!/usr/bin/env bash
# Measures coordinator and ledger with trials that do nothing; prints each figure with its target and writes JSON. Arguments
# go to the benchmark (`--trials 20000` for a short one).
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh
mkdir -p Benchmarks/results
swift build -c release $(scripts/static-runtime.sh) --product igr-scale-benchmark 2> >(grep -v libFoundation >&2) \
  > >(grep -v libFoundation)
.build/release/igr-scale-benchmark --json "Benchmarks/results/scale-$(date -u +%Y%m%dT%H%M%SZ).json" "$@"
