# Sourced by suites. The programs under test are those in IGR_PROGRAMS (`make test-system` names those that `make test`
# built), else those of `make build`, which is brought up to date here. Fetches the real data.
if [[ -z ${IGR_PROGRAMS:-} ]]; then
  make --no-print-directory build >&2
  IGR_PROGRAMS=.build/release
fi
IGR_PROGRAMS=$(realpath "$IGR_PROGRAMS")
export IGR_PROGRAMS
"$IGR_PROGRAMS/igr" data fetch mnist fmnist >&2
