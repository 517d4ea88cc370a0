#!/usr/bin/env bash
# The project names no folder of one person's or one service's machine.
set -euo pipefail
cd "$(dirname "$0")/.."

# Brackets keep this line from finding itself.
pattern='(^|[^A-Za-z0-9_.])/(wor[k]|roo[t]|home/[a-z]+|User[s]/[a-z]+)/'
found=$(scripts/sources.sh '*.swift' '*.c' '*.h' '*.md' '*.sh' '*.yaml' '*.yml' '*.py' Makefile .ci/run \
  | xargs grep -nE "$pattern" || true)
if [[ -n $found ]]; then
  echo "$found" >&2
  exit 1
fi
