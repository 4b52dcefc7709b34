#!/usr/bin/env bash
# Builds the page: one HTML file that boots a log's machine in the browser, by the libraries
# compiled to WebAssembly. Prints where it is.
set -euo pipefail
cd "$(dirname "$0")/.."

output=$PWD/.build-page/memblock.html
wasm=$(Scripts/page-wasm.sh)
Scripts/page.py "$wasm" "$output"
echo "$output"
