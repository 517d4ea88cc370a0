#!/usr/bin/env bash
# Holds every import of Sources/ against the table in ARCHITECTURE.md: a fenced block whose lines read
# `Module -> what it may import`. A module without a line, or a line without a module, fails too.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A allowed
while read -r module arrow rest; do
  [[ $arrow == "->" ]] && allowed[$module]=" $rest "
done < <(awk '/^```imports$/ { inside = 1; next } /^```/ { inside = 0 } inside' ARCHITECTURE.md)
if ((${#allowed[@]} == 0)); then
  echo "ARCHITECTURE.md: no block of allowed imports (a fence marked 'imports')" >&2
  exit 1
fi

failures=0
fail() {
  echo "$1" >&2
  failures=$((failures + 1))
}

# import X, @testable import X, public import X, import struct X.Y
import='^[[:space:]]*(@[a-zA-Z_()]+[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?'
import+='import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?([A-Za-z_0-9]+)'

for folder in Sources/*/; do
  module=$(basename "$folder")
  # System libraries and C have no Swift imports.
  [[ -n $(find "$folder" -name '*.swift' -print -quit) ]] || continue
  if [[ -z ${allowed[$module]+known} ]]; then
    fail "ARCHITECTURE.md: the block of allowed imports has no line for $module"
    continue
  fi
  while IFS=: read -r file line text; do
    [[ $text =~ $import ]] || continue
    name=${BASH_REMATCH[6]}
    [[ ${allowed[$module]} == *" $name "* ]] \
      || fail "$file:$line: $module may not import $name (ARCHITECTURE.md, dependency directions)"
  done < <(grep -rnE "$import" "$folder" --include='*.swift')
done
for module in "${!allowed[@]}"; do
  [[ -d Sources/$module ]] || fail "ARCHITECTURE.md: the block of allowed imports names $module, which is not in Sources"
done
((failures == 0))
