#!/usr/bin/env bash
# Runs slow suites of whole sweeps: executable files in Tests/System, each a program that ends with 0 when it passed.
# Ends with what each cost.
set -euo pipefail
cd "$(dirname "$0")/.."

# What runs by itself; ssh and slurm say why where they cannot. The others install large packages or need a quiet machine:
# SUITES="readers hostile-network" runs those, SUITES=all runs everything.
usual=(published-sweeps failing-disks table-statistics ssh slurm chaos memory-limits power-loss no-shared-disk)

shopt -s nullglob
suites=()
for file in Tests/System/*; do
  [[ -f $file && -x $file ]] || continue
  name=$(basename "$file")
  if [[ ${SUITES:-} == all || " ${SUITES:-${usual[*]}} " == *" $name "* ]]; then suites+=("$file"); fi
done
if ((${#suites[@]} == 0)); then
  echo "test-system: Tests/System has no suite of '${SUITES:-}'" >&2
  exit 2
fi

# The programs that `make test` built, so that continuous integration builds once.
scripts/test-build.sh >&2
export IGR_PROGRAMS=$PWD/.build-test/release

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
