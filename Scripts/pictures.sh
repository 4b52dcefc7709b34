#!/usr/bin/env bash
# Draws the pictures of the documentation anew: those of the book by `memblock plot`, the page's and
# the boot's as screenshots, in Chromium and QEMU.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --no-color-diagnostics --product memblock >&2
tool=$(swift build --no-color-diagnostics --show-bin-path)/memblock
book=Sources/Replay/Documentation.docc/Resources
data=Tests/FirmwareTests/Data/Maps
mkdir -p "$book"
"$tool" plot -o "$book/thinkpad-t400.svg" "$data/thinkpad-t400.txt"
"$tool" plot -o "$book/two-nodes.svg" Tests/MemblockToolTests/Data/linux-6.12-numa2.log
"$tool" plot -o "$book/sixteen-nodes.svg" "$data/x86-16node-12tib-srat-and-node-ranges.txt"

# The tests make the environment with Playwright; one that is quick is enough.
Scripts/page-test.sh test_look.Speed.test_size >&2
MEMBLOCK_CHROMIUM=$(command -v chromium) .build-page/venv/bin/python Scripts/pictures.py \
  "$(Scripts/page.sh)" "$(Scripts/iso.sh kernel)" Documentation
