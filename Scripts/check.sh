#!/usr/bin/env bash
# Formatting, the shell scripts, and the linked kernel's properties.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

Scripts/setup.sh

swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Examples
echo "format: clean"
shellcheck -x Scripts/*.sh .ci/run
echo "shell scripts: clean"
Scripts/check-run-test.sh
Scripts/check-road.sh
Scripts/check-readme.sh
Scripts/check-tutorial.sh
Scripts/check-readme.sh Sources/Replay/Documentation.docc/FromMapToFirstPage.md
Scripts/check-dependencies.sh
Scripts/check-traits.sh
Scripts/check-mutants.sh
Scripts/check-targets.py
Scripts/check-interface-test.sh
Scripts/check-interface.py "$(Scripts/symbol-graphs.sh)"
Scripts/check-kernel-test.sh
# As it was linked: with the symbols' own names.
Scripts/kernel.sh kernel >/dev/null
Scripts/check-kernel.sh .build-kernel/x86_64-unknown-none-elf/release/kernel
