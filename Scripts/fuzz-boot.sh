#!/usr/bin/env bash
# usage: TIME=60 SEED=… COUNT=… fuzz-boot.sh [ARGUMENTS OF fuzz-boot]
# Starts the kernel with boot information, ACPI tables and registers that are wrong, for TIME
# seconds: first the cases in Tests/FuzzBoot/Corpus, then those that seeds make of them. With SEED
# only the seeds from there on, COUNT of them. What ends otherwise than by the kernel's own result
# is kept in .build-fuzz-boot/findings, and the status is 1.
set -euo pipefail
cd "$(dirname "$0")/.."

kernel=$(Scripts/kernel.sh kernel)
build=(swift build --no-color-diagnostics)
# The build that the tests use: QEMU takes the time, not the harness.
"${build[@]}" --product FuzzBoot >&2
arguments=(--kernel "$kernel" --corpus Tests/FuzzBoot/Corpus --findings .build-fuzz-boot/findings
  --time "${TIME:-60}")
[ -z "${SEED:-}" ] || arguments+=(--seed "$SEED")
[ -z "${COUNT:-}" ] || arguments+=(--count "$COUNT")
"$("${build[@]}" --show-bin-path)/FuzzBoot" "${arguments[@]}" "$@"
