#!/usr/bin/env bash
# Measures memblock and the page allocator against their peers. Arguments go to the program:
# --rounds N, --filter TEXT, --json FILE, --no-instructions.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/linux-source.sh
# Without debug information, which valgrind can't read.
build=(swift build -c release --scratch-path .build-bench -Xswiftc -gnone)
"${build[@]}" --product Benchmarks >&2
exec "$("${build[@]}" --show-bin-path)/Benchmarks" --json .build-bench/bench.json "$@"
