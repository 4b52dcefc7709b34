#!/usr/bin/env bash
# Builds the C library and prints the folder that holds it:
#   memblock.h                              the interface
#   x86_64-unknown-linux-gnu/libmemblock.a  for programs on this host
#   x86_64-unknown-none-elf/libmemblock.a   for kernels
# Either needs nothing but memcpy, memmove, memset and memcmp to be linked.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build-c
export MEMBLOCK_KERNEL=1

# build TRIPLE TOOLSET SCRATCH
build() {
  local command=(swift build -c release --triple "$1" --toolset "$2" --scratch-path "$3"
    --no-color-diagnostics --product memblock-c)
  "${command[@]}" >&2
  mkdir -p "$folder/$1"
  cp "$("${command[@]}" --show-bin-path)/libmemblock-c.a" "$folder/$1/libmemblock.a"
}

build x86_64-unknown-linux-gnu Scripts/c-host-toolset.json .build-c-host
# Without stack protectors, whose guard and handler the kernel that links it would have to bring.
build x86_64-unknown-none-elf Scripts/c-kernel-toolset.json .build-c-kernel
cp Sources/MemblockC/Header/include/memblock.h "$folder/"
echo "$PWD/$folder"
