#!/usr/bin/env bash
# Builds the kernel for the bare machine and prints where its ELF file is.
# That file keeps its symbols, which the boot loader hands to the kernel for its backtraces;
# the one that SwiftPM leaves beside it has the debug information too, for gdb.
set -euo pipefail
cd "$(dirname "$0")/.."

export MEMBLOCK_KERNEL=1
# Strings are compared and hashed by tables that the toolchain keeps in a library of its own.
swift=$(readlink -f "$(command -v swift)")
unicode_tables="${swift%/bin/*}/lib/swift/embedded/x86_64-unknown-none-elf/libswiftUnicodeDataTables.a"
build=(swift build -c release --triple x86_64-unknown-none-elf
  --toolset Scripts/kernel-toolset.json --scratch-path .build-kernel --product kernel
  -Xlinker "$unicode_tables")
"${build[@]}" "$@" >&2

linked="$("${build[@]}" --show-bin-path)/kernel"
kernel=.build-kernel/kernel.elf
if [ ! "$kernel" -nt "$linked" ]; then
  objcopy --strip-debug "$linked" "$kernel"
fi
echo "$kernel"
