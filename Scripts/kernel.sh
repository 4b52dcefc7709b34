#!/usr/bin/env bash
# usage: kernel.sh [PRODUCT...]
# Builds kernels for the bare machine: the products named, else `kernel`, `kernel-tests`, the
# kernel with the tests that run inside it, and `kernel-large`, one with an image of many MiB. Prints where the first one's ELF file is, which is
# .build-kernel/PRODUCT.elf; the others are beside it.
# The files keep their symbols, which the boot loader hands to the kernel for its reports
# (finish-kernel.sh); those that SwiftPM leaves have the debug information too, for gdb.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

[ $# -gt 0 ] || set -- kernel kernel-tests kernel-large

# is_built PRODUCT: nothing that goes into it is newer than its last build. SwiftPM would find the
# same out in a second, and to boot the kernel takes a fifth of one.
is_built() {
  local built=.build-kernel/$1.built changed inputs
  [ -e "$built" ] && [ -e ".build-kernel/$1.elf" ] || return 1
  inputs=(Package.swift Boot Linker Sources Tests/InformationPatch Tests/LargeImage Scripts/kernel.sh
    Scripts/finish-kernel.sh
    Scripts/tools.sh Scripts/kernel-toolset.json "$(command -v swiftc)")
  # swiftly's programs stay the same when it changes the toolchain that they start.
  local chosen=${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/config.json
  [ ! -e "$chosen" ] || inputs+=("$chosen")
  [ ! -e .swift-version ] || inputs+=(.swift-version)
  changed=$(find -L "${inputs[@]}" -newer "$built" -print -quit) && [ -z "$changed" ]
}

build_kernel() {
  local product=$1 folder
  # From before the build: what changes while it runs is built the next time.
  mkdir -p .build-kernel
  touch ".build-kernel/$product.begun"
  "${build[@]}" --product "$product" >&2
  folder=$("${build[@]}" --show-bin-path)
  if [ ! ".build-kernel/$product.elf" -nt "$folder/$product" ] ||
    [ ! ".build-kernel/$product.elf" -nt Scripts/finish-kernel.sh ]; then
    Scripts/finish-kernel.sh "$folder/$product" ".build-kernel/$product.elf"
  fi
  mv ".build-kernel/$product.begun" ".build-kernel/$product.built"
}

export MEMBLOCK_KERNEL=1
for product in "$@"; do
  is_built "$product" && continue
  # Strings are compared and hashed by tables that the toolchain keeps in a library of its own.
  unicode_tables=$(swift_resources)/embedded/x86_64-unknown-none-elf/libswiftUnicodeDataTables.a
  # Colours pinned: SwiftPM has them at a terminal, and builds everything again when that changes.
  build=(swift build -c release --triple x86_64-unknown-none-elf --no-color-diagnostics
    --toolset Scripts/kernel-toolset.json --scratch-path .build-kernel
    -Xlinker -T -Xlinker "$PWD/Linker/kernel.ld" -Xlinker "$unicode_tables")
  build_kernel "$product"
done
echo ".build-kernel/$1.elf"
