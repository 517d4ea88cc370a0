#!/usr/bin/env bash
# Everything a change must pass besides its tests, in the order of what it costs.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "check: format"
scripts/sources.sh '*.swift' | xargs swift format lint --strict --configuration .swift-format
echo "check: imports against ARCHITECTURE.md"
scripts/check-imports.sh
echo "check: links in Markdown files"
scripts/check-links.sh
echo "check: no path of one machine in the project"
scripts/check-paths.sh
if [[ ${1:-} != --no-build ]]; then
  echo "check: warnings are errors"
  scripts/test-build.sh
fi
echo "check: passed"
