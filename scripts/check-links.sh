#!/usr/bin/env bash
# Every relative link of every Markdown file leads to a file that exists.
set -euo pipefail
cd "$(dirname "$0")/.."

failures=0
while IFS= read -r file; do
  while IFS=: read -r line target; do
    target=${target#](}
    target=${target%)}
    target=${target%%#*}
    case $target in
      '' | http://* | https://* | mailto:*) continue ;;
    esac
    if [[ ! -e $(dirname "$file")/$target ]]; then
      echo "$file:$line: the link to $target leads nowhere" >&2
      failures=$((failures + 1))
    fi
  done < <(grep -noE '\]\([^) ]+\)' "$file" || true)
done < <(scripts/sources.sh '*.md')
((failures == 0))
