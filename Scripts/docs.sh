#!/usr/bin/env bash
# Builds the libraries' documentation, all in one archive, which a browser reads through
# `docc preview` or any web server.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(Addressing Memblock Firmware Paging PageAllocator Heap Console SerialHarness)
archive=.build-docs/swift-memblock.doccarchive

# The plug-in is a dependency only here: who uses the libraries does not fetch it.
export MEMBLOCK_DOCS=1
arguments=()
for target in "${targets[@]}"; do arguments+=(--target "$target"); done
mkdir -p .build-docs
swift package --allow-writing-to-directory .build-docs generate-documentation \
  "${arguments[@]}" --enable-experimental-combined-documentation \
  --output-path "$archive"
echo "$PWD/$archive"
