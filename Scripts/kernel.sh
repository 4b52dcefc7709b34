#!/usr/bin/env bash
# Builds the kernel for the bare machine and prints where its ELF file is.
set -euo pipefail
cd "$(dirname "$0")/.."

export MEMBLOCK_KERNEL=1
build=(swift build -c release --triple x86_64-unknown-none-elf
  --toolset Scripts/kernel-toolset.json --scratch-path .build-kernel --product kernel)
"${build[@]}" "$@" >&2
echo "$("${build[@]}" --show-bin-path)/kernel"
