#!/usr/bin/env bash
# usage: LINUX=6.12|7.3 MINUTES=N explore.sh
# Visits every state that some small machines can get into, on Linux's memblock.c and on ours,
# and compares all that can be asked in each and all that each can become. The last machine is
# too large for that, and is explored as far as the time goes.
# Before that, all memory maps of up to four entries over six pages are sanitised, and two fifths
# of the time go to the page allocator's states, compared with a model.
# Needs Linux's source, as conformance.sh does.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

minutes=${MINUTES:-20}
[[ $minutes =~ ^[0-9]+$ ]] || { echo "explore: MINUTES=$minutes is not a number" >&2; exit 2; }

Scripts/linux-source.sh
swift_build=(swift build -c release --no-color-diagnostics)
"${swift_build[@]}" --product Conformance >&2
"${swift_build[@]}" --product Explore >&2
programs=$("${swift_build[@]}" --show-bin-path)
"$programs/Explore" maps large
"$programs/Explore" pages large $((minutes * 24))
"$programs/Conformance" \
  "$PWD/.build-linux/${LINUX:-7.3}/liblinux-memblock.so" explore large $((minutes * 36))
