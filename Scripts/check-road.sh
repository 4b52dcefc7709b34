#!/usr/bin/env bash
# usage: check-road.sh [PAGE]
# The road (Documentation/Road.md) names twelve files that exist, and that have at most 2,000
# lines together.
set -euo pipefail
cd "$(dirname "$0")/.."

page=${1:-Documentation/Road.md}
files=0 lines=0
# shellcheck disable=SC2016 # backquotes of Markdown
while read -r file; do
  [ -f "$file" ] || { echo "check-road: $page names $file, which is not there" >&2; exit 1; }
  files=$((files + 1))
  lines=$((lines + $(wc -l <"$file")))
done < <(sed -nE 's/^ *([0-9]+\. )?\[`[^`]+`\]\(\.\.\/([^)]+)\).*/\2/p' "$page")
[ "$files" -eq 12 ] || { echo "check-road: $page names $files files, not 12" >&2; exit 1; }
[ "$lines" -le 2000 ] ||
  { echo "check-road: the files of $page have $lines lines, more than 2000" >&2; exit 1; }
echo "the road: $files files, $lines lines"
