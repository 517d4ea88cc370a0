#!/usr/bin/env bash
# Prints the flag that links the Swift runtime statically, where the toolchain has a static runtime.
set -euo pipefail

swift=$(command -v swift) || exit 0
root=$(dirname "$(dirname "$(readlink -f "$swift")")")
if [[ -d $root/lib/swift_static ]]; then
  echo --static-swift-stdlib
fi
