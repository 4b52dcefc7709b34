#!/usr/bin/env bash
# usage: HOURS=8 SEED=N soak.sh
# What finds more the longer it runs, one after the other, HOURS in all: random operations and
# small machines against Linux's memblock of both versions, small page allocators against a model,
# small memory maps, the fuzzers and the long runs of the models, wrong boot information, the boots,
# and memory used from eight processors at once. What fails
# does not keep the others from running. One report is written to .build-soak/report.txt, and the whole
# output of each part beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

hours=${HOURS:-8}
[[ $hours =~ ^[0-9]+(\.[0-9]+)?$ ]] ||
  { echo "soak: HOURS=$hours: a number such as 8 or 0.5 is wanted" >&2; exit 1; }
seconds=$(awk -v hours="$hours" 'BEGIN { printf "%d", hours * 3600 }')
[ "$seconds" -ge 600 ] || { echo "soak: HOURS=$hours is less than ten minutes" >&2; exit 1; }
seed=${SEED:-$(date +%Y%m%d)000000}
[[ $seed =~ ^[0-9]+$ ]] || { echo "soak: SEED=$seed is not a number" >&2; exit 1; }

folder=.build-soak
rm -rf "$folder"
mkdir -p "$folder"
report=$folder/report.txt
failures=0

# say TEXT: to the report and to whoever waits.
say() { echo "$*" | tee -a "$report"; }

# share PERCENT: so much of the time, in seconds.
share() { echo $((seconds * $1 / 100)); }

# part NAME LINES COMMAND...: runs a part, and reports how it ended and its last lines.
part() {
  local name=$1 lines=$2 log start=$SECONDS status=0
  log=$folder/${name//[^a-z0-9.]/-}.log
  shift 2
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    say "ok      $name, $((SECONDS - start)) s"
  else
    say "FAILED  $name, status $status, $((SECONDS - start)) s; all of it is in $log"
    failures=$((failures + 1))
    lines=$((lines + 20))
  fi
  tail -n "$lines" "$log" | sed 's/^/        /' | tee -a "$report"
}

# conformance VERSION SECONDS: other operations each time, for as long.
conformance() {
  local end=$((SECONDS + $2)) round=0
  while [ "$round" -eq 0 ] || [ "$SECONDS" -lt "$end" ]; do
    LINUX=$1 OPS=10M SEED=$((seed + round * 1000000)) Scripts/conformance.sh || return
    round=$((round + 1))
  done
}

# fuzz SECONDS: as many for each target as there are for all.
fuzz() {
  local targets
  targets=$(find Tests/Fuzz -maxdepth 1 -name '*Fuzz.swift' | wc -l)
  TIME=$(($1 / targets)) Scripts/fuzz.sh
}

say "soak: $hours hours from $(date '+%F %T'), seed $seed, $(git rev-parse --short HEAD)"
part "boots" 3 Scripts/test.sh --filter BootTests
part "processors" 3 Scripts/soak-processors.sh
for linux in 6.12 7.3; do
  part "conformance with Linux $linux" 12 conformance "$linux" "$(share 15)"
done
for linux in 6.12 7.3; do
  part "exploration with Linux $linux" 40 \
    env LINUX="$linux" MINUTES=$(($(share 10) / 60)) Scripts/explore.sh memblock
done
part "page allocators" 40 env MINUTES=$(($(share 10) / 60)) Scripts/explore.sh pages
part "memory maps" 10 Scripts/explore.sh maps
part "fuzzers and long runs" 20 fuzz "$(share 20)"
part "wrong boot information" 5 env TIME="$(share 15)" Scripts/fuzz-boot.sh
say "soak: ended $(date '+%F %T'), $failures parts failed"
[ "$failures" -eq 0 ]
