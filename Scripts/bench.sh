#!/usr/bin/env bash
# Measures memblock and the page allocator against their peers. Arguments go to the program:
# --rounds N, --filter TEXT, --json FILE, --no-instructions.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/linux-source.sh
swift build -c release --product Benchmarks >&2
exec "$(swift build -c release --show-bin-path)/Benchmarks" --json .build/bench.json "$@"
