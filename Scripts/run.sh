#!/usr/bin/env bash
# usage: MEMORY=4G FIRMWARE=bios|uefi BOOT=iso|usb|pvh CMDLINE="…" QEMU_ARGS="…" run.sh
# Boots the kernel in QEMU with the serial console on standard output: from the ISO as a CD, from
# the ISO written to a USB stick, or without a boot loader, by the kernel's PVH entry. MACHINE=NAME
# starts it, without a firmware, with the memory of a real machine; an unknown name lists them,
# and MEMORY, FIRMWARE and BOOT have no say in it. With a terminal on
# standard input the machine stays up to be talked to; otherwise the kernel boots, reports
# and exits, and so does this script: 0 for success, 1 for everything else. A boot of more
# than TIME_LIMIT seconds (120) is ended and counts as failed.
#
# The machine is put together by `os boot` (Sources/OSTool), as it is for an OS of one's own.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "run: $*" >&2
  exit 1
}

boot=${BOOT:-iso} recorded=${MACHINE:-} command_line=${CMDLINE:-}
maps=Tests/FirmwareTests/Data/Maps
if [ -n "$recorded" ] && [ ! -e "$maps/$recorded.txt" ]; then
  fail "MACHINE=$recorded: the recorded machines are:$(printf '\n  %s' "$maps"/*.txt |
    sed -E 's/^(  ).*\/(.*)\.txt$/\1\2/')"
fi

# Tests inside the kernel are in a kernel of their own.
product=kernel
[[ " $command_line" != *" test="* ]] || product=kernel-tests
if [ -n "$recorded" ]; then
  start=(--recorded "$maps/$recorded.txt" --image "$(Scripts/kernel.sh $product)")
elif [ "$boot" = pvh ]; then
  start=(--start pvh --image "$(Scripts/kernel.sh $product)")
else
  start=(--start "$boot" --image "$(Scripts/iso.sh $product)")
fi

# QEMU_ARGS is shell words, quotes included, and stands last so that it wins.
declare -a extra="(${QEMU_ARGS:-})"
# The program's own input is the terminal, where there is one.
exec "$(Scripts/os.sh)" boot --memory "${MEMORY:-4G}" --firmware "${FIRMWARE:-bios}" "${start[@]}" \
  --cmdline "$command_line" --time-limit "${TIME_LIMIT:-120}" -- ${extra[@]+"${extra[@]}"}
