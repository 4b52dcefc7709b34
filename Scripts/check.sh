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
Scripts/check-page.sh
Scripts/check-readme.sh Sources/Replay/Documentation.docc/FromMapToFirstPage.md
# Quoted outputs are those of the tool and of a boot.
swift build --no-color-diagnostics --product memblock >&2
MEMBLOCK_TOOL=$(swift build --no-color-diagnostics --show-bin-path)/memblock Scripts/check-outputs.py \
  README.md Sources/Replay/Documentation.docc/{FromMapToFirstPage,ABootLineByLine}.md
Scripts/check-dependencies.sh
Scripts/check-traits.sh
Scripts/check-mutants.sh
Scripts/check-targets.py
Scripts/check-interface-test.sh
symbols=$(Scripts/symbol-graphs.sh)
Scripts/check-interface.py "$symbols"
Scripts/check-linux-names.py "$symbols"
Scripts/check-kernel-test.sh
Scripts/check-kernel.sh "$(Scripts/kernel.sh)"
