#!/bin/bash
# Holds the worker jobs of the sweep temperatures, written by igr launch: they are cancelled when igr ends, however it ends.
launch='/data/ada/results/temperatures/launch/1'
cat >/dev/null
[[ -e $launch/over ]] || echo "igr launch has ended" >"$launch/over"
jobs=$(paste -sd, "$launch/workers.jobs")
scancel ${jobs//,/ }
while [[ -n $(squeue -h -j "$jobs" 2>/dev/null) ]]; do sleep 1; done
