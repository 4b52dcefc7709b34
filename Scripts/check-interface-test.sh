#!/usr/bin/env bash
# Gives check-interface.py two small modules that break its rules, and demands that each is named.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# module NAME SOURCE
module() {
  printf '%b' "$2" >"$work/$1.swift"
  swiftc -emit-module -o "$work/$1.swiftmodule" -module-name "$1" -parse-as-library \
    -emit-symbol-graph -emit-symbol-graph-dir "$work" \
    -symbol-graph-minimum-access-level public "$work/$1.swift"
}

fail() {
  echo "check-interface-test: $*" >&2
  exit 1
}

# What fulfils a requirement needs no comment; what is not public neither.
module First '/// Told.\npublic struct Thing: Equatable {\n  public static func == (a: Self, b: Self) -> Bool { true }\n  func quiet() {}\n}\n'
Scripts/check-interface.py "$work" >/dev/null || fail "refuses what is in order"
module Second '/// Told.\npublic enum Thing {\n  case bare\n}\npublic func bare() {}\n'
if output=$(Scripts/check-interface.py "$work" 2>"$work/errors"); then
  fail "passed, but should have been refused: $output"
fi
for wanted in 'Second.swift:3: Thing.bare$' 'Second.swift:5: bare()$' \
  '^Thing is the name of several'; do
  grep -q "$wanted" <<<"$output" || fail "'$wanted' is not in: $output"
done
grep -q ': 3 to be put right' "$work/errors" || fail "$(cat "$work/errors")"
echo "interfaces: what has no comment, and names used twice, are found"
