#!/usr/bin/env bash
# usage: MEMORY=4G FIRMWARE=bios|uefi BOOT=iso|usb|pvh CMDLINE="…" QEMU_ARGS="…" run.sh
# Boots the kernel in QEMU with the serial console on standard output: from the ISO as a CD, from
# the ISO written to a USB stick, or without a boot loader, by the kernel's PVH entry. MACHINE=NAME
# starts it, without a firmware, with the memory of a real machine; an unknown name lists them,
# and MEMORY, FIRMWARE and BOOT have no say in it. With a terminal on
# standard input the machine stays up to be talked to; otherwise the kernel boots, reports
# and exits, and so does this script: 0 for success, 1 for everything else. A boot of more
# than TIME_LIMIT seconds (120) is ended and counts as failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

memory=${MEMORY:-4G} firmware=${FIRMWARE:-bios} command_line=${CMDLINE:-} boot=${BOOT:-iso}
recorded=${MACHINE:-} maps=Tests/FirmwareTests/Data/Maps
time_limit=${TIME_LIMIT:-120}

fail() {
  echo "run: $*" >&2
  exit 1
}

memory=$(tr kmgt KMGT <<<"$memory")
[[ $memory =~ ^([0-9]+)([MGT]?)$ ]] || fail "MEMORY=$memory: a number with M, G or T is wanted"
case ${BASH_REMATCH[2]} in
G) gib=${BASH_REMATCH[1]} ;;
T) gib=$((BASH_REMATCH[1] << 10)) ;;
*) gib=$((BASH_REMATCH[1] >> 10)) ;;
esac

case $firmware in
bios) firmware_arguments=() ;;
uefi)
  for image in /usr/share/ovmf/OVMF.fd /usr/share/edk2/ovmf/OVMF_CODE.fd \
    /usr/share/edk2/x64/OVMF.4m.fd /usr/share/qemu/ovmf-x86_64.bin; do
    [ -e "$image" ] && break
    image=
  done
  [ -n "$image" ] || fail "FIRMWARE=uefi: no OVMF image found; install the package ovmf"
  firmware_arguments=(-bios "$image")
  ;;
*) fail "FIRMWARE=$firmware: bios or uefi is wanted" ;;
esac

if [ -n "$recorded" ] && [ ! -e "$maps/$recorded.txt" ]; then
  fail "MACHINE=$recorded: the recorded machines are:$(printf '\n  %s' "$maps"/*.txt |
    sed -E 's/^(  ).*\/(.*)\.txt$/\1\2/')"
fi
[ -z "$recorded" ] || boot=recorded

case $boot in
iso | usb | recorded) ;;
pvh)
  [ "$firmware" = bios ] || fail "FIRMWARE=$firmware: OVMF starts no kernel by its PVH entry"
  # A firmware for virtual machines, which does little before it starts the kernel.
  [ ! -e /usr/share/qemu/qboot.rom ] || firmware_arguments=(-bios /usr/share/qemu/qboot.rom)
  ;;
*) fail "BOOT=$boot: iso, usb or pvh is wanted" ;;
esac

# A guest that this host couldn't hold is refused unless its memory is only taken as it is
# touched; beyond what 40 physical address bits reach, the CPU must be told to have more.
memory_arguments=(-m "$memory") cpu=max
host_gib=$(awk '/^MemTotal:/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || echo 4)
if ((gib > host_gib / 2)); then
  memory_arguments+=(-object "memory-backend-ram,id=ram,size=$memory,reserve=off"
    -machine memory-backend=ram)
fi
((gib <= 512)) || cpu=max,phys-bits=52

# Tests inside the kernel are in a kernel of their own.
product=kernel
[[ " $command_line" != *" test="* ]] || product=kernel-tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# At a terminal the kernel is to stay up; it exits by itself otherwise.
if [ -t 0 ]; then
  command_line="monitor $command_line"
  console=mon:stdio
else
  console=stdio
fi
# grub_options: the disk that hands GRUB the command line. GRUB's own quoting rules apply to what it
# reads: all that is special there is escaped but double quotes, which it understands as the kernel does.
grub_options() {
  local escaped
  # shellcheck disable=SC2001 # an expansion can't put a backslash before what it matched
  escaped=$(sed 's/[][\\$;&|<>{}()#*?!'\'']/\\&/g' <<<"$command_line")
  # shellcheck disable=SC2016 # $kernel is GRUB's
  printf 'multiboot2 $kernel %s\n' "$escaped" >"$work/boot.cfg"
  tar --format=ustar -C "$work" -cf "$work/options.tar" boot.cfg
}

# QEMU_ARGS is shell words, quotes included, and stands last so that it wins. Of several
# accelerators QEMU would take the first.
declare -a extra="(${QEMU_ARGS:-})"
accelerator=(-accel tcg)
[[ " ${extra[*]} " != *" -accel "* && " ${extra[*]} " != *accel=* &&
  " ${extra[*]} " != *" -enable-kvm "* ]] || accelerator=()

# shellcheck disable=SC2054 # the commas are QEMU's
case $boot in
iso)
  iso=$(Scripts/iso.sh $product)
  grub_options
  start=(-cdrom "$iso" -boot d -drive "file=$work/options.tar,format=raw,if=virtio,snapshot=on")
  ;;
usb)
  iso=$(Scripts/iso.sh $product)
  grub_options
  start=(-device qemu-xhci -drive "file=$iso,format=raw,if=none,id=stick,snapshot=on"
    -device usb-storage,drive=stick,bootindex=0
    -drive "file=$work/options.tar,format=raw,if=virtio,snapshot=on")
  ;;
pvh)
  start=(-kernel "$(Scripts/kernel.sh $product)" -append "$command_line" -nodefaults)
  ;;
recorded)
  build=(swift build --no-color-diagnostics)
  "${build[@]}" --product RecordedMachines >&2
  "$("${build[@]}" --show-bin-path)/RecordedMachines" "$(Scripts/kernel.sh $product)" \
    "$maps/$recorded.txt" "$command_line" "$console" ${extra[@]+"${extra[@]}"} >"$work/command"
  ;;
esac

if [ "$boot" = recorded ]; then
  qemu=()
  while read -r word; do qemu+=("$word"); done <"$work/command"
else
  # shellcheck disable=SC2054 # the commas are QEMU's
  qemu=(qemu-system-x86_64 "${accelerator[@]}" -machine q35 -cpu "$cpu" "${memory_arguments[@]}"
    ${firmware_arguments[@]+"${firmware_arguments[@]}"} "${start[@]}"
    -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot -nic none
    -display none -serial "$console" ${extra[@]+"${extra[@]}"})
fi

status=0
if [ -t 0 ]; then
  "${qemu[@]}" || status=$?
else
  "$(first_of timeout gtimeout)" "$time_limit" "${qemu[@]}" </dev/null || status=$?
fi
case $status in
33) exit 0 ;;
35) fail "the kernel reported failure" ;;
0) fail "the machine stopped without the kernel's word: a power-off, a reset or a triple fault" ;;
124) fail "not done after $time_limit s: ended" ;;
*) fail "QEMU ended with status $status" ;;
esac
