#!/usr/bin/env bash
# usage: soak-processors.sh [OPERATIONS [PROCESSORS]]
# Page and heap operations, ten million where no other number is named, from eight processors at once,
# each a thread of QEMU's: what was written stays, the allocator's invariants hold at the end, and as
# many pages are free as before. Prints how long that took.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

operations=${1:-10000000} processors=${2:-8}
[[ $operations =~ ^[0-9]+$ && $processors =~ ^[1-9][0-9]*$ ]] ||
  { echo "soak-processors: two numbers are wanted, not '$*'" >&2; exit 1; }
kernel=$(Scripts/kernel.sh kernel-tests)
start=$(date +%s.%N)
status=0
report=$("$(first_of timeout gtimeout)" 3600 qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu max \
  -smp "$processors" -m 1G -kernel "$kernel" -nodefaults -no-reboot -display none -serial stdio \
  -append "test=processors seed=${SEED:-1} rounds=$((operations / processors))" \
  -device isa-debug-exit,iobase=0xf4,iosize=4 </dev/null) || status=$?
seconds=$(awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.1f", end - start }')
grep -aE ' \.\.\. |^tests: |^Shootdowns: |anic|xception' <<<"$report" || true
# 33 is the kernel's success.
[ "$status" -eq 33 ] || { echo "soak-processors: QEMU ended with status $status" >&2; exit 1; }
echo "soak-processors: $operations operations from $processors processors in $seconds s"
