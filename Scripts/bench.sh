#!/usr/bin/env bash
# Measures memblock and the page allocator against their peers. Arguments go to the program:
# --rounds N, --filter TEXT, --json FILE, --no-instructions.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

LINUX=6.12 Scripts/linux-source.sh
build=(swift build -c release --no-color-diagnostics --product Benchmarks)
"${build[@]}" >&2
exec "$("${build[@]}" --show-bin-path)/Benchmarks" --json .build/bench.json "$@"
