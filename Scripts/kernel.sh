#!/usr/bin/env bash
# Builds the kernel for the bare machine, and the kernel with the tests that run inside it, and
# prints where the first one's ELF file is; the other, kernel-tests.elf, is beside it.
# The files keep their symbols, which the boot loader hands to the kernel for its backtraces;
# those that SwiftPM leaves have the debug information too, for gdb.
set -euo pipefail
cd "$(dirname "$0")/.."

export MEMBLOCK_KERNEL=1
# Strings are compared and hashed by tables that the toolchain keeps in a library of its own.
swift=$(readlink -f "$(command -v swift)")
unicode_tables="${swift%/bin/*}/lib/swift/embedded/x86_64-unknown-none-elf/libswiftUnicodeDataTables.a"
build=(swift build -c release --triple x86_64-unknown-none-elf
  --toolset Scripts/kernel-toolset.json --scratch-path .build-kernel
  -Xlinker -T -Xlinker "$PWD/Linker/kernel.ld" -Xlinker "$unicode_tables")
folder=$("${build[@]}" --show-bin-path)

for product in kernel kernel-tests; do
  "${build[@]}" --product "$product" "$@" >&2
  if [ ! ".build-kernel/$product.elf" -nt "$folder/$product" ]; then
    objcopy --strip-debug "$folder/$product" ".build-kernel/$product.elf"
  fi
done
echo .build-kernel/kernel.elf
