#!/usr/bin/env bash
# Measures the kernels on every target of this machine; prints a table and writes it as JSON.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p Benchmarks/results
swift build -c release --product igr-kernel-benchmark
.build/release/igr-kernel-benchmark "Benchmarks/results/kernels-$(date -u +%Y%m%dT%H%M%SZ).json"
swift build -c release --product igr-step-benchmark
OPENBLAS_NUM_THREADS=1 .build/release/igr-step-benchmark
