#!/usr/bin/env bash
# usage: LINUX=6.12|7.3 compare-linux.sh [PART OF A MACHINE'S NAME]
# Boots Debian's kernel and ours on the same machines and compares what they say about memory.
# Debian's package is fetched by name and unpacked, never installed; what is made of it stays
# in .build-linux.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

Scripts/setup.sh
command -v apt-get >/dev/null || {
  echo "compare-linux: Debian's kernel is fetched by apt-get, which is not here" >&2
  exit 1
}
linux=${LINUX:-7.3}
work=.build-linux
tree=$work/$linux/tree
iso=$work/$linux/both.iso

# unpack PACKAGE: into $work/PACKAGE, which is kept.
unpack() {
  [ ! -d "$work/$1" ] || return 0
  echo "compare-linux: fetching $1" >&2
  mkdir -p "$work/fetch"
  (cd "$work/fetch" && apt-get download -qq "$1" 2>/dev/null) ||
    { echo "compare-linux: apt-get download $1 failed" >&2; exit 1; }
  dpkg -x "$work/fetch/$1"_*.deb "$work/$1.new"
  rm -r "$work/fetch"
  mv "$work/$1.new" "$work/$1"
}

# The first process: tells what only a running Linux does, then exits by the debug-exit port.
initial_ram_disk() {
  local root=$work/$linux/initrd
  rm -rf "$root"
  mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys"
  cp "$work/busybox-static/bin/busybox" "$root/bin/busybox"
  cat >"$root/init" <<'INIT'
#!/bin/busybox sh
alias b=/bin/busybox
b mount -t proc proc /proc
b mount -t sysfs sys /sys
b mknod /dev/port c 1 4
b grep -E '^Node|present' /proc/zoneinfo
for node in /sys/devices/system/node/node*; do
  echo "Node ${node##*node} distances: $(b cat "$node/distance")"
done
b sleep 1
printf '\020' | b dd of=/dev/port bs=1 seek=244 count=1
INIT
  chmod +x "$root/init"
  (cd "$root" && find . | "$OLDPWD/$work/busybox-static/bin/busybox" cpio -o -H newc 2>/dev/null) |
    gzip -9 >"$tree/boot/initrd"
}

# The generic kernel: the cloud kernel is built without numa=fake. Of 6.12, the newest of the
# system's own suite; 7.3 is in trixie-backports, where the kernel is a package beside the image's.
case $linux in
6.12)
  package=$(apt-cache pkgnames | grep -xE 'linux-image-6\.12\.[0-9]+\+deb[0-9]+-amd64(-unsigned)?' |
    sort -V | tail -n 1 || true)
  [ -n "$package" ] ||
    { echo "compare-linux: apt knows no kernel image of 6.12; try apt-get update" >&2; exit 1; }
  unpack "$package"
  image=$(echo "$work/$package"/boot/vmlinuz-*)
  ;;
7.3)
  Scripts/backports.sh 'linux-binary-7\.3\.[0-9]+\+deb13-amd64' "$work/7.3/linux-binary"
  image=$(echo "$work"/7.3/linux-binary/usr/lib/modules/*/vmlinuz)
  ;;
*)
  echo "compare-linux: LINUX=$linux is neither 6.12 nor 7.3" >&2
  exit 2
  ;;
esac
mkdir -p "$tree/boot/grub"
unpack busybox-static
kernel=$(Scripts/kernel.sh)
cp "$image" "$tree/boot/linux"
cp "$kernel" "$tree/boot/kernel"
cp Scripts/grub.cfg "$tree/boot/grub/grub.cfg"
initial_ram_disk
"$(grub mkrescue)" --fonts= --locales= --themes= -o "$iso" "$tree" >/dev/null 2>&1

echo "compare-linux: $image against $kernel" >&2
swift build --no-color-diagnostics --product CompareLinux >&2
# A Linux that was booted on a machine says the same each time: its log is kept, for this
# Linux, the first process that this script makes, and this QEMU.
identity=$(qemu-system-x86_64 --version | cat - "$tree/boot/linux" Scripts/compare-linux.sh | sha256sum)
logs=$work/logs-${identity:0:16}
mkdir -p "$logs"
"$(swift build --no-color-diagnostics --show-bin-path)/CompareLinux" "$iso" "$logs" "$*"
