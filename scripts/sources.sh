#!/usr/bin/env bash
# Prints the project's own files that match the patterns given: what git tracks, or in an unpacked archive what is there.
set -euo pipefail
cd "$(dirname "$0")/.."

if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
  git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
    if [[ -f $file ]]; then echo "$file"; fi
  done
else
  for pattern in "$@"; do
    find . -path './.build*' -prune -o -type f -name "$pattern" -print | sed 's|^\./||'
  done
fi
