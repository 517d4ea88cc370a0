#!/usr/bin/env bash
# A soak: scripts/chaos.sh MINUTES [PROGRAM]. Runs a sweep of short trials on four workers, at least 200 and enough for
# the minutes, while about every second something is killed, stopped, cut off or started anew, the coordinator
# included; then the same sweep in peace; and compares every bit. IGR_SEED repeats a schedule.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-5}
program=${2:-.build/release/igr}
folder=$(mktemp -d "${TMPDIR:-/tmp}/igr-chaos.XXXXXX")
trap 'rm -rf "$folder"' EXIT

"$program" data fetch mnist >&2

# Two cores finish about one such trial a second while they are hurt; a sweep that ends early has seen faults enough.
trials=$(awk -v minutes="$minutes" 'BEGIN { wanted = int(minutes * 60); print wanted > 200 ? wanted : 200 }')
seeds=$(seq -s ', ' 1 $(((trials + 3) / 4)))
cat >"$folder/chaos.yaml" <<YAML
name: chaos
base: {dataset_name: mnist, run_with_sample: true, epochs: 20, check_every: 10, sample_size_testing: 2}
cases:
  - {model_type: GS_Dis, n_required: 10}
  - {model_type: IGR_I_Dis, n_required: 9}
grid:
  temp: [0.5, 1.0]
  seed: [$seeds]
checkpoint: {every_seconds: 0.2}
YAML

if ! "$program" chaos "$folder/chaos.yaml" --results "$folder/run" --workers 4 --minutes "$minutes" \
  ${IGR_SEED:+--seed "$IGR_SEED"}; then
  kept="igr-chaos-failed.$(date +%s)"
  mv "$folder/run" "$kept"
  echo "chaos: what is left of both runs is in $kept" >&2
  exit 1
fi
