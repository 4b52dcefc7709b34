#!/usr/bin/env bash
# Builds the kernel and an ISO that starts it by GRUB, on BIOS and on UEFI, and prints the
# ISO's path; beside it, with -tests in its name, stands the same for the kernel with the tests
# that run inside it. An ISO is left alone where neither its kernel nor GRUB's part has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

# build KERNEL ISO
build() {
  local kernel=$1 iso=$2 tree=${2%.iso} log
  if [ "$iso" -nt "$kernel" ] && [ "$iso" -nt Scripts/grub.cfg ] && [ "$iso" -nt Scripts/iso.sh ]; then
    return
  fi
  rm -rf "$tree" "$iso"
  mkdir -p "$tree/boot/grub"
  cp "$kernel" "$tree/boot/kernel"
  cp Scripts/grub.cfg "$tree/boot/grub/grub.cfg"
  grub-file --is-x86-multiboot2 "$tree/boot/kernel" ||
    { echo "iso: $kernel has no Multiboot2 header in its first 32 KiB" >&2; exit 1; }
  # Under another name until it is whole, so that an interrupted run leaves no half ISO.
  log=$(grub-mkrescue --fonts= --locales= --themes= -o "$iso.new" "$tree" 2>&1) ||
    { echo "$log" >&2; exit 1; }
  mv "$iso.new" "$iso"
}

kernel=$(Scripts/kernel.sh)
build "${kernel%.elf}-tests.elf" .build-iso/swift-memblock-tests.iso
build "$kernel" .build-iso/swift-memblock.iso
echo "$PWD/.build-iso/swift-memblock.iso"
