#!/usr/bin/env bash
# Builds the four programs in release mode. The Swift runtime is linked into them where the toolchain has it, so that
# they run on nodes without Swift.
set -euo pipefail
cd "$(dirname "$0")/.."

# One by one: a build of the whole package would also link the libraries' dynamic products, which have no static runtime.
for program in igr igr-coordinator igr-worker igr-aggregate; do
  # The linker warns of functions inside the toolchain's own static Foundation; nobody here can do anything about it.
  swift build -c release $(scripts/static-runtime.sh) --product "$program" \
    2> >(grep --line-buffered -v 'swift_static/linux/libFoundation' >&2) \
    > >(grep --line-buffered -v 'swift_static/linux/libFoundation')
done
echo "build: igr, igr-coordinator, igr-worker and igr-aggregate are in .build/release"
