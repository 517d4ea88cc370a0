#!/usr/bin/env bash
# Runs the slow suites of whole sweeps: every executable file in Tests/System, each a program that ends with 0 when it
# passed. Ends with what each cost.
set -euo pipefail
cd "$(dirname "$0")/.."

shopt -s nullglob
suites=()
for file in Tests/System/*; do
  [[ -f $file && -x $file ]] && suites+=("$file")
done
if ((${#suites[@]} == 0)); then
  echo "test-system: no suite in Tests/System yet; killed and resumed sweeps are tested by 'make test'"
  exit 0
fi

costs=()
failed=0
for suite in "${suites[@]}"; do
  begin=$SECONDS
  outcome=passed
  "$suite" || outcome=FAILED
  [[ $outcome == passed ]] || failed=$((failed + 1))
  costs+=("$(printf '%-32s %6s %5d s' "$(basename "$suite")" "$outcome" $((SECONDS - begin)))")
done
echo
printf '%s\n' "${costs[@]}"
echo "$((${#suites[@]} - failed)) passed, $failed failed"
((failed == 0))
