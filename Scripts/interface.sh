#!/usr/bin/env bash
# usage: interface.sh [MODULE...]
# Prints the generated interface of every library, or of those named: what a client sees.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

symbols=$(Scripts/symbol-graphs.sh)
modules=$(swift build --no-color-diagnostics --show-bin-path)/Modules
triple=$(swiftc -print-target-info | sed -nE 's/.*"triple" *: *"([^"]+)".*/\1/p' | head -n 1)
includes=()
for folder in .build/checkouts/*/Sources/*/include; do
  [ ! -d "$folder" ] || includes+=(-I "$folder")
done

# shellcheck disable=SC2046 # names without spaces
[ $# -gt 0 ] || set -- $(Scripts/libraries.sh) Kernel
for library in "$@"; do
  echo "// ---- $library"
  # The tool can't read the bare machine's modules: those declarations are listed.
  if [ "$library" = Kernel ]; then
    Scripts/check-interface.py "$symbols" --list Kernel
  else
    swift-synthesize-interface -module-name "$library" -I "$modules" "${includes[@]}" \
      -target "$triple"
  fi
done
