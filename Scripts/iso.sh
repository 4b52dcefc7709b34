#!/usr/bin/env bash
# Builds the kernel and an ISO that starts it by GRUB, on BIOS and on UEFI, and prints the
# ISO's path. The ISO is left alone where neither the kernel nor GRUB's part has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

tree=.build-iso/tree
iso=.build-iso/swift-memblock.iso

kernel=$(Scripts/kernel.sh)
if [ "$iso" -nt "$kernel" ] && [ "$iso" -nt Scripts/grub.cfg ] && [ "$iso" -nt Scripts/iso.sh ]; then
  echo "$PWD/$iso"
  exit 0
fi

rm -rf .build-iso
mkdir -p "$tree/boot/grub"
cp "$kernel" "$tree/boot/kernel"
cp Scripts/grub.cfg "$tree/boot/grub/grub.cfg"
grub-file --is-x86-multiboot2 "$tree/boot/kernel" ||
  { echo "iso: $kernel has no Multiboot2 header in its first 32 KiB" >&2; exit 1; }
# Under another name until it is whole, so that an interrupted run leaves no half ISO.
log=$(grub-mkrescue --fonts= --locales= --themes= -o "$iso.new" "$tree" 2>&1) ||
  { echo "$log" >&2; exit 1; }
mv "$iso.new" "$iso"
echo "$PWD/$iso"
