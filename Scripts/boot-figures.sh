#!/usr/bin/env bash
# Measures boots, and fails where one takes longer than it may: without a boot loader at most 0.6 s and
# half of what the ISO takes, with 64 processors at most 5 s more than with one. With 255 and 288 they
# are to come to their end. On an otherwise idle machine: a boot that waits for others is a slow boot.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
status=0

# seconds COMMAND...: how long it takes; its output goes to $log.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
seconds() {
  local start
  start=$(date +%s.%N)
  "$@" </dev/null >"$log" 2>&1 || { tail -n 5 "$log" >&2; return 1; }
  awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.2f\n", end - start }'
}

# median COMMAND...: of three runs.
median() { for _ in 1 2 3; do seconds "$@"; done | sort -n | sed -n 2p; }

# limit NAME VALUE LIMIT: prints a figure, and fails the run where it is above its limit.
limit() {
  if awk -v value="$2" -v limit="$3" 'BEGIN { exit !(value <= limit) }'; then
    echo "$1: $2 s (at most $3 s)"
  else
    echo "$1: $2 s, MORE than $3 s"
    status=1
  fi
}

# sum A B: of two numbers of seconds.
sum() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a + b }'; }

# processors NUMBER: a boot with so many, without a boot loader.
processors() {
  local took
  took=$(seconds env BOOT=pvh QEMU_ARGS="-smp $1" Scripts/run.sh) || return
  [ "$1" -eq 1 ] || grep -aqx "Processors: $1 of $1 run" "$log" || { grep -a Processors: "$log" >&2; return 1; }
  echo "$took"
}

# More than 255 processors take an x2APIC, which QEMU emulates from version 9 on: where the system's is
# older, that of Debian's backports is unpacked beside it.
newer_qemu() {
  local release folder=.build-qemu package
  # shellcheck source=/dev/null
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  mkdir -p "$folder"
  for package in qemu-system-x86 qemu-system-data seabios; do
    Scripts/backports.sh "$package" "$folder/$package" "$release" || return
  done
  echo "$folder"
}

# many: a boot with 288. The firmware has to be SeaBIOS: it leaves the processors in x2APIC mode, without
# which those above 255 hear nothing.
many() {
  local folder qemu=(qemu-system-x86_64) version took
  version=$(qemu-system-x86_64 --version | sed -nE 's/.*version ([0-9]+)\..*/\1/p')
  if [ "$version" -lt 9 ]; then
    folder=$(newer_qemu) || return
    qemu=("$folder/qemu-system-x86/usr/bin/qemu-system-x86_64" -L "$folder/seabios/usr/share/seabios"
      -L "$folder/qemu-system-data/usr/share/qemu" -L "$folder/qemu-system-x86/usr/share/qemu")
  fi
  # QEMU's status for the kernel's success is 33.
  took=$(seconds bash -c '"$@" || [ $? -eq 33 ]' qemu "$(first_of timeout gtimeout)" 300 "${qemu[@]}" \
    -accel tcg -machine q35 -cpu max -smp 288 -m 1G -kernel "$(Scripts/kernel.sh kernel)" -nodefaults \
    -no-reboot -display none -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4) || return
  grep -aqx "Processors: 288 of 288 run" "$log" || { grep -a Processors: "$log" >&2; return 1; }
  echo "$took"
}

Scripts/iso.sh >/dev/null
iso=$(median Scripts/run.sh)
pvh=$(median env BOOT=pvh Scripts/run.sh)
echo "from the ISO: $iso s"
limit "without a boot loader" "$pvh" 0.6
limit "of the ISO's time" "$pvh" "$(awk -v iso="$iso" 'BEGIN { printf "%.2f", iso / 2 }')"
one=$(processors 1)
echo "1 processor: $one s"
limit "64 processors" "$(processors 64)" "$(sum "$one" 5)"
echo "255 processors: $(processors 255) s"
echo "288 processors: $(many) s"
exit "$status"
