#!/usr/bin/env bash
# Prints the words of Sources/Console/Font.swift's drawing: the printable ASCII characters of the
# font Spleen 8×16, from Debian's package fonts-spleen. Run it when the font is to be replaced.
# A PSF 1 file is a header of 4 bytes, then 16 bytes a character, in the order of their codes.
set -euo pipefail
"$(dirname "$0")/setup.sh" fonts-spleen
zcat /usr/share/consolefonts/spleen-8x16.psfu.gz |
  od -An -v -tx1 -j $((4 + 32 * 16)) -N $((95 * 16)) -w16 | tr -d ' ' |
  sed -E 's/^(.{16})(.{16})$/    0x\1, 0x\2,/'
