#!/usr/bin/env bash
# A soak: scripts/chaos.sh MINUTES [PROGRAM]. Runs a sweep of 240 short trials on four workers while about every second
# something is killed, stopped, cut off or started anew, the coordinator included; then the same sweep in peace; and compares
# every bit. Goes on with other faults, against the same peace, until so many minutes were spent under faults. IGR_SEED
# is the first round's seed, later rounds count on from it.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-5}
program=${2:-.build/release/igr}
folder=$(mktemp -d "${TMPDIR:-/tmp}/igr-chaos.XXXXXX")
trap 'rm -rf "$folder"' EXIT

"$program" data fetch mnist >&2

cat >"$folder/chaos.yaml" <<YAML
name: chaos
base: {dataset_name: mnist, run_with_sample: true, epochs: 20, check_every: 10, sample_size_testing: 2}
cases:
  - {model_type: GS_Dis, n_required: 10}
  - {model_type: IGR_I_Dis, n_required: 9}
grid:
  temp: [0.5, 1.0]
  seed: {range: [1, 60, 1]}
checkpoint: {every_seconds: 0.2}
YAML

seed=${IGR_SEED:-$((RANDOM * 32768 + RANDOM))}
round=0
hurt=0 # seconds, rounded down
faults=0
while ((round == 0)) || awk -v hurt="$hurt" -v minutes="$minutes" 'BEGIN { exit !(hurt < minutes * 60) }'; do
  round=$((round + 1))
  run=$folder/run-$round
  left=$(awk -v hurt="$hurt" -v minutes="$minutes" 'BEGIN { print minutes - hurt / 60 }')
  against=()
  if ((round > 1)); then against=(--against "$folder/run-1/peace"); fi
  if ! "$program" chaos "$folder/chaos.yaml" --results "$run" --workers 4 --minutes "$left" --seed "$seed" "${against[@]}"; then
    if [[ -d $run ]]; then
      kept="igr-chaos-failed.$(date +%s)"
      mv "$run" "$kept"
      echo "chaos: what is left of both runs is in $kept" >&2
    fi
    exit 1
  fi
  # The report has a line for each number.
  read -r seconds injected < <(awk '
    /"faults" : {/ { inside = 1; next }
    inside && /}/ { inside = 0 }
    inside { gsub(/[^0-9]/, "", $NF); sum += $NF }
    /"seconds" :/ { seconds = int($NF) }
    END { print seconds + 0, sum + 0 }' "$run/report.json")
  hurt=$((hurt + seconds))
  faults=$((faults + injected))
  seed=$((seed + 1))
  if ((round > 1)); then rm -rf "$run"; fi
done
echo "chaos: $round sweeps of 240 trials, $hurt s under $faults faults: nothing lost, nothing done twice, no byte another"
