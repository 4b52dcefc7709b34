#!/usr/bin/env bash
# usage: iso.sh [PRODUCT...]
# Builds kernels as kernel.sh does, and for each an ISO that starts it by GRUB, on BIOS and on UEFI:
# swift-memblock.iso for `kernel`, swift-memblock-tests.iso for `kernel-tests` and so on. Prints the first one's
# path. An ISO is left alone where neither its kernel nor GRUB's part has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

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
  "$(grub file)" --is-x86-multiboot2 "$tree/boot/kernel" ||
    { echo "iso: $kernel has no Multiboot2 header in its first 32 KiB" >&2; exit 1; }
  # Under another name until it is whole, so that an interrupted run leaves no half ISO.
  log=$("$(grub mkrescue)" --fonts= --locales= --themes= -o "$iso.new" "$tree" 2>&1) ||
    { echo "$log" >&2; exit 1; }
  mv "$iso.new" "$iso"
}

[ $# -gt 0 ] || set -- kernel kernel-tests kernel-large
Scripts/kernel.sh "$@" >/dev/null
for product in "$@"; do
  build ".build-kernel/$product.elf" ".build-iso/swift-memblock${product#kernel}.iso"
done
echo "$PWD/.build-iso/swift-memblock${1#kernel}.iso"
