#!/usr/bin/env bash
# The Swift that Documentation/HelloOS.md shows is the program of Examples/HelloOS, block by block in
# its order and with nothing left out, and the program has at most 60 lines.
set -euo pipefail
cd "$(dirname "$0")/.."

page=Documentation/HelloOS.md
program=Examples/HelloOS/Sources/HelloOS/main.swift

shown=$(awk '
  /^```swift$/ { if (count++) print ""; inside = 1; next }
  /^```$/ { inside = 0 }
  inside' "$page")
if ! difference=$(diff <(echo "$shown") "$program"); then
  echo "check-tutorial: $page (<) and $program (>) differ:" >&2
  echo "$difference" >&2
  exit 1
fi
lines=$(wc -l <"$program")
((lines <= 60)) || { echo "check-tutorial: $program has $lines lines; 60 are promised" >&2; exit 1; }
echo "tutorial: shows all $lines lines of $program"
