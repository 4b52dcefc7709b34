#!/usr/bin/env bash
# Checks what run.sh and make say about settings that they can't follow.
set -euo pipefail
cd "$(dirname "$0")/.."

# expect TEXT COMMAND...: the command fails and says TEXT.
expect() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1 </dev/null); then
    echo "check-run-test: no failure of: $*" >&2
    exit 1
  fi
  grep -qF -- "$text" <<<"$output" ||
    { echo "check-run-test: '$text' is not in what '$*' says: $output" >&2; exit 1; }
}

expect "MEM: no such variable; there are" make run MEM=2G
expect "'4X' is invalid for '--memory" env MEMORY=4X Scripts/run.sh
expect "'efi' is invalid for '--firmware" env FIRMWARE=efi Scripts/run.sh
expect "without UEFI: firmware must be bios" env BOOT=pvh FIRMWARE=uefi Scripts/run.sh
expect "'floppy' is invalid for '--start" env BOOT=floppy Scripts/run.sh
expect "MACHINE=x: the recorded machines are:" env MACHINE=x Scripts/run.sh
expect "  thinkpad-t400" env MACHINE=x Scripts/run.sh
echo "check-run-test: settings that can't be followed are refused"
