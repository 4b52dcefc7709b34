#!/usr/bin/env bash
# usage: build.sh LIBRARY_FOLDER OUTPUT
# Builds the C kernel with gcc against libmemblock.a. LIBRARY_FOLDER is what
# Scripts/c-library.sh prints. Run it: qemu-system-x86_64 -kernel OUTPUT -serial stdio
# -display none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4
set -euo pipefail
library=$(realpath "$1")
output=$(realpath "$2")
cd "$(dirname "$0")"

flags=(-O2 -Wall -Wextra -ffreestanding -fno-pic -mcmodel=kernel -mno-red-zone -mno-sse
  -mno-mmx -fno-stack-protector -fno-asynchronous-unwind-tables "-I$library")
gcc "${flags[@]}" -nostdlib -static -no-pie -Wl,--gc-sections,--build-id=none,--no-warn-rwx-segments -T kernel.ld \
  -o "$output" start.S kernel.c "$library/x86_64-unknown-none-elf/libmemblock.a"
