#!/usr/bin/env bash
# Measures kernels and training steps; prints tables and writes Benchmarks/results/*.json. PEERS=1 installs JAX from PyPI
# into a throw-away environment and runs its step beside ours (three minutes more); PEERS="jax tensorflow torch" all three
# (PyTorch needs 5 GB).
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p Benchmarks/results
time=$(date -u +%Y%m%dT%H%M%SZ)
# OpenBLAS beside our products: it does not know processors newer than itself, and takes them for some without AVX.
if [[ -z ${OPENBLAS_CORETYPE:-} && $(uname -m) == x86_64 ]]; then
  if grep -qm1 avx512bw /proc/cpuinfo; then
    export OPENBLAS_CORETYPE=SkylakeX
  elif grep -qm1 avx2 /proc/cpuinfo; then
    export OPENBLAS_CORETYPE=Haswell
  fi
fi
export OPENBLAS_NUM_THREADS=1
for program in igr-kernel-benchmark igr-step-benchmark; do swift build -c release --product "$program"; done
.build/release/igr-kernel-benchmark "Benchmarks/results/kernels-$time.json"
.build/release/igr-step-benchmark

if [[ -n ${PEERS:-} ]]; then
  read -ra peers <<<"${PEERS/#1/jax}"
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy "${peers[@]/#tensorflow/tensorflow-cpu}"
  "$folder/venv/bin/python" Benchmarks/peers/compare.py .build/release/igr-step-benchmark \
    "Benchmarks/results/peers-$time.json" "${peers[@]}"
fi
