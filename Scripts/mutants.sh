#!/usr/bin/env bash
# usage: MODULE="Memblock" [COUNT=100] [SEED=N] [LIMIT=PERCENT] mutants.sh [ARGUMENTS OF mutants.py]
# Changes the module's sources, one change at a time, and prints those that its tests don't notice.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

if [ -z "${MODULE:-}" ]; then
  echo "mutants: name a module: make mutants MODULE=Memblock" >&2
  exit 1
fi
read -ra arguments <<<"$MODULE --count ${COUNT:-100} ${SEED:+--seed $SEED} ${LIMIT:+--limit $LIMIT}"
exec python3 Scripts/mutants.py "${arguments[@]}" "$@"
