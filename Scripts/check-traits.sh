#!/usr/bin/env bash
# With the trait WithoutPhysmem the libraries build, and have nothing of the third table.
set -euo pipefail
cd "$(dirname "$0")/.."

build=(swift build --no-color-diagnostics --traits WithoutPhysmem --product memblock-c --scratch-path .build-traits)
"${build[@]}" >&2
symbols=$(nm "$("${build[@]}" --show-bin-path)/libmemblock-c.a")
# Without this the check below would also pass on an empty library.
if ! grep -q ' T memblock_add$' <<<"$symbols"; then
  echo "check-traits: the library without physmem has no memblock_add" >&2
  exit 1
fi
if grep -q ' T memblock_physmem_add$' <<<"$symbols"; then
  echo "check-traits: with WithoutPhysmem there still is a memblock_physmem_add" >&2
  exit 1
fi
echo "trait WithoutPhysmem: builds, without the third table"
