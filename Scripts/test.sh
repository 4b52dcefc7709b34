#!/usr/bin/env bash
# usage: test.sh [ARGUMENTS OF swift test]
# Host tests and boot tests, as one run with one summary: what failed is told once more there. Then
# the page in a browser.
set -euo pipefail
cd "$(dirname "$0")/.."

MEMBLOCK_ISO=$(Scripts/iso.sh)
MEMBLOCK_KERNEL_ELF=$PWD/.build-kernel/kernel.elf
MEMBLOCK_C_LIBRARY=$(Scripts/c-library.sh)
export MEMBLOCK_ISO MEMBLOCK_KERNEL_ELF MEMBLOCK_C_LIBRARY
build=(swift build --build-tests --no-color-diagnostics)
"${build[@]}" >&2
MEMBLOCK_OS=$("${build[@]}" --show-bin-path)/os
MEMBLOCK_HELLO_ISO=$(cd Examples/HelloOS && "$MEMBLOCK_OS" build --iso | tail -n 1)
# What is not used is not linked: an OS of 50 lines has at most 280 KiB of code.
Scripts/check-kernel.sh Examples/HelloOS/.build-kernel/x86_64-unknown-none-elf/release/HelloOS $((280 * 1024)) >&2
MEMBLOCK_TASKS_ELF=$(cd Examples/Tasks && "$MEMBLOCK_OS" build | tail -n 1)
MEMBLOCK_USER_MODE_ELF=$(cd Examples/UserMode && "$MEMBLOCK_OS" build | tail -n 1)
export MEMBLOCK_OS MEMBLOCK_HELLO_ISO MEMBLOCK_TASKS_ELF MEMBLOCK_USER_MODE_ELF

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# A line for each test that ends is enough; those that start are told to nobody.
swift test --skip-build --disable-xctest --no-color-diagnostics "$@" 2>&1 | tee "$log" | grep -v '^◇ ' || status=$?

summary=$(sed -nE 's/^.* Test run with (.*[^.])\.?$/\1/p' "$log" | tail -n 1)
skipped=$(grep -cE '^➜ .* skipped' "$log" || true)
echo
if [ "$status" -ne 0 ]; then
  echo "Failed:"
  grep -E '^✘ Test .* recorded an issue' "$log" | sed 's/^✘ Test /  /'
fi
if [ -z "$summary" ]; then
  echo "make test: the tests did not run to their end"
  exit 1
fi
echo "make test: host and boot tests: $summary ($skipped skipped)"

# The page in a browser, beside the tool that the tests above have tried. A filter asks for tests
# above, and none of these.
if [ $# -eq 0 ]; then
  MEMBLOCK_TOOL=$("${build[@]}" --show-bin-path)/memblock Scripts/page-test.sh || {
    echo "make test: the page's tests failed"
    status=1
  }
fi
exit "$status"
