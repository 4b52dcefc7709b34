#!/usr/bin/env bash
# usage: LINUX=6.12|7.3 MINUTES=N explore.sh [maps|pages|memblock]
# Everything that small worlds have, one part or all, in this order:
#   maps      all memory maps of up to four entries over six pages are sanitised, each page compared
#             with a rule;
#   pages     every state of the page allocator on small machines, compared with a model: of all
#             parts it has two fifths of the time;
#   memblock  every state of memblock on small machines, on Linux's memblock.c and on ours: all that
#             can be asked in each and all that each can become. This needs Linux's source, as
#             conformance.sh does.
# The last machines are too large to be visited to the end, and are explored as far as the time goes.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

minutes=${MINUTES:-20}
[[ $minutes =~ ^[0-9]+$ ]] || { echo "explore: MINUTES=$minutes is not a number" >&2; exit 2; }
part=${1:-all}
case $part in
all) pages=$((minutes * 24)) memblock=$((minutes * 36)) ;;
maps | pages | memblock) pages=$((minutes * 60)) memblock=$((minutes * 60)) ;;
*) echo "explore: there is no part $part; there are maps, pages and memblock" >&2; exit 2 ;;
esac

# is_wanted PART
is_wanted() { [ "$part" = all ] || [ "$part" = "$1" ]; }

swift_build=(swift build -c release --no-color-diagnostics)
"${swift_build[@]}" --product Explore >&2
programs=$("${swift_build[@]}" --show-bin-path)
if is_wanted maps; then "$programs/Explore" maps large; fi
if is_wanted pages; then "$programs/Explore" pages large "$pages"; fi
if is_wanted memblock; then
  Scripts/linux-source.sh
  "${swift_build[@]}" --product Conformance >&2
  "$programs/Conformance" \
    "$PWD/.build-linux/${LINUX:-7.3}/liblinux-memblock.so" explore large "$memblock"
fi
