#!/usr/bin/env bash
# usage: kernel.sh [PRODUCT...]
# Builds kernels for the bare machine: the products named, else `kernel` and `kernel-tests`, the
# kernel with the tests that run inside it. Prints where the first one's ELF file is, which is
# .build-kernel/PRODUCT.elf; the others are beside it.
# The files keep their symbols, which the boot loader hands to the kernel for its backtraces;
# those that SwiftPM leaves have the debug information too, for gdb.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

[ $# -gt 0 ] || set -- kernel kernel-tests
export MEMBLOCK_KERNEL=1
objcopy=$(binutils objcopy)
# Strings are compared and hashed by tables that the toolchain keeps in a library of its own.
unicode_tables=$(swift_resources)/embedded/x86_64-unknown-none-elf/libswiftUnicodeDataTables.a
# Colours pinned: SwiftPM has them at a terminal, and builds everything again when that changes.
build=(swift build -c release --triple x86_64-unknown-none-elf --no-color-diagnostics
  --toolset Scripts/kernel-toolset.json --scratch-path .build-kernel
  -Xlinker -T -Xlinker "$PWD/Linker/kernel.ld" -Xlinker "$unicode_tables")
folder=$("${build[@]}" --show-bin-path)

for product in "$@"; do
  "${build[@]}" --product "$product" >&2
  if [ ! ".build-kernel/$product.elf" -nt "$folder/$product" ]; then
    "$objcopy" --strip-debug "$folder/$product" ".build-kernel/$product.elf"
  fi
done
echo ".build-kernel/$1.elf"
