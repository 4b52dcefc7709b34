#!/usr/bin/env bash
# Builds the libraries and prints a folder with their symbol graphs: every public declaration
# with its documentation comment, as JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

out=.build/public-symbols
modules=$(swift build --no-color-diagnostics --show-bin-path)/Modules
triple=$(swiftc -print-target-info | sed -nE 's/.*"triple" *: *"([^"]+)".*/\1/p' | head -n 1)
rm -rf "$out"
mkdir -p "$out"

libraries=$(Scripts/libraries.sh)
for library in $libraries; do
  swift build --no-color-diagnostics --target "$library" >&2
done

# The C modules of what SerialHarness depends on: in a fresh clone the build has just fetched them.
includes=()
for folder in .build/checkouts/*/Sources/*/include; do
  [ ! -d "$folder" ] || includes+=(-I "$folder")
done
for library in $libraries; do
  swift-symbolgraph-extract -module-name "$library" -I "$modules" "${includes[@]}" -target "$triple" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$out"
done

# The library Kernel is for the bare machine alone; the extractor can't read such modules, but
# the compiler writes the same as it type-checks one.
Scripts/kernel.sh kernel >/dev/null
mkdir -p .build-kernel/symbols
kernel=.build-kernel/x86_64-unknown-none-elf/release
maps=()
for map in "$kernel"/*.build/module.modulemap Sources/X86/include/module.modulemap; do
  [ ! -e "$map" ] || maps+=(-Xcc "-fmodule-map-file=$map")
done
# shellcheck disable=SC2046 # file names without spaces
swiftc -emit-module -o .build-kernel/symbols/Kernel.swiftmodule -module-name Kernel -parse-as-library \
  -target x86_64-unknown-none-elf -swift-version 6 -wmo -suppress-warnings \
  -enable-experimental-feature Embedded -enable-experimental-feature Lifetimes \
  -package-name swift-memblock -I "$kernel/Modules" "${maps[@]}" -emit-symbol-graph -emit-symbol-graph-dir "$out" \
  -symbol-graph-minimum-access-level public \
  $(find Sources/Kernel -name '*.swift' | sort)
echo "$PWD/$out"
