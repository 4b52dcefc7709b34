#!/usr/bin/env bash
# usage: LINUX=6.12|7.3 OPS=1M SEED=N conformance.sh
# Compares this package's memblock with Linux's own:
#   1. Linux's memblock.c, as we build it, gives every result again that is recorded of it;
#   2. OPS random operations on both give the same answers and the same tables;
#   3. all operations in every state of some small machines do the same; small memory maps are
#      sanitised page by page, and every state of small page allocators is compared with a model;
#   4. our C library gives every recorded result; of 7.3, what Linux answers to those traces;
#   5. Linux's own tests of memblock pass on our C library, with NUMA and without.
# Needs Debian's package linux-source-$LINUX. Nothing of Linux is kept outside .build-linux.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

operations=${OPS:-1M}
linux=${LINUX:-7.3}
build=.build-linux/$linux
recorded=Tests/MemblockTests/Recorded
sides=Tests/Conformance/Sides

fail() {
  echo "conformance: $*" >&2
  exit 1
}

# The version as our sources have it, and how many checks Linux's own tests make.
case $linux in
6.12) number=612 numa_checks=263 uma_checks=181 ;;
7.3) number=703 numa_checks=264 uma_checks=181 ;;
*) fail "LINUX=$linux is neither 6.12 nor 7.3" ;;
esac

# is_of_this_linux TRACE: whether the recording is of the Linux that is compared with.
is_of_this_linux() {
  case $1 in
  */random-7.3/*) [ "$linux" = 7.3 ] ;;
  *) [ "$linux" = 6.12 ] ;;
  esac
}

# wanted TRACE: the answers to a recorded trace. Those recorded of 6.12 are traces for 7.3 too.
wanted() {
  if [ "$linux" = 6.12 ] || is_of_this_linux "$1"; then
    cat "${1%.trace}.result"
  else
    "$build/linux-trace" "$1"
  fi
}

# replay NAME COMMAND...: runs every recorded trace and compares with what is wanted.
replay() {
  local name=$1 trace count=0
  shift
  for trace in "$recorded"/*/*.trace; do
    # Of itself, Linux is asked only what is recorded of it.
    [ "$1" != "$build/linux-trace" ] || is_of_this_linux "$trace" || continue
    if ! "$@" "$trace" | cmp -s - <(wanted "$trace"); then
      "$@" "$trace" | diff - <(wanted "$trace") | head -5 >&2 || true
      fail "$name differs from the recording of $trace"
    fi
    count=$((count + 1))
  done
  [ "$count" -gt 0 ] || fail "no recorded traces in $recorded"
  echo "$name: $count recorded traces, byte for byte"
}

# What Linux does in the places where ours differs on purpose: the first lines of its answers
# that are not ours are those that are kept.
check_differences() {
  local trace count=0
  for trace in Tests/MemblockTests/Differences/*.trace; do
    { "$build/linux-trace" "$trace" | diff "${trace%.trace}.result" - || true; } |
      sed -n '/^[<>]/p' | sed -n '1,6p' |
      cmp -s - "${trace%.trace}.difference" || fail "Linux no longer differs as in $trace"
    count=$((count + 1))
  done
  echo "differences on purpose: $count, as they are kept"
}

# linux_tests NAME WANTED NUMA: builds Linux's tests with our library in place of memblock.o.
linux_tests() {
  local name=$1 wanted=$2 numa=$3 folder passed
  folder=$build/unpacked/tools/testing/memblock
  gcc -O2 -Wall -DNUMA="$numa" -DLINUX="$number" -ISources/MemblockC/Header/include \
    -c Tests/Conformance/Linux/live.c -o "$build/live-$name.o"
  ld -r -o "$build/memblock-$name.o" "$build/live-$name.o" --whole-archive "$library"
  make -s -C "$folder" clean
  make -s -C "$folder" NUMA="$numa" \
    DEP_OFILES="$(realpath "$build/memblock-$name.o") lib/slab.o mmzone.o slab.o cmdline.o" \
    >"$build/tests-$name.log" 2>&1 ||
    { tail -20 "$build/tests-$name.log" >&2 && fail "Linux's tests don't build ($name)"; }
  "$folder/main" -v >"$build/tests-$name.out" 2>&1 ||
    { tail -5 "$build/tests-$name.out" >&2 && fail "Linux's tests fail ($name)"; }
  passed=$(grep -c '^ok' "$build/tests-$name.out" || true)
  [ "$passed" -eq "$wanted" ] || fail "$passed of $wanted of Linux's checks passed ($name)"
  "$folder/main" -m >"$build/tests-$name.out" 2>&1 || fail "Linux's tests fail ($name, -m)"
  echo "Linux's tests $name: $passed of $wanted checks, and with movable_node"
}

Scripts/linux-source.sh
Scripts/check-linux-names.py --header "$build/unpacked/include/linux/memblock.h"
replay "Linux's memblock.c" "$build/linux-trace"
[ "$linux" != 6.12 ] || check_differences

swift_build=(swift build -c release --no-color-diagnostics)
"${swift_build[@]}" --product Conformance >&2
"${swift_build[@]}" --product Explore >&2
programs=$("${swift_build[@]}" --show-bin-path)
runner=$programs/Conformance
"$runner" "$PWD/$build/liblinux-memblock.so" compare "$operations" ${SEED:+"$SEED"}
"$runner" "$PWD/$build/liblinux-memblock.so" explore small 300
"$programs/Explore" maps small
"$programs/Explore" pages small 300

library=$(Scripts/c-library.sh)/x86_64-unknown-linux-gnu/libmemblock.a
gcc -O2 -Wall -DSIDE=memblock_side -DLIKE_LINUX="$number" -I$sides/include -I$sides -ISources/MemblockC/Header/include \
  -o "$build/c-library-trace" Tests/Conformance/Trace/main.c $sides/trace.c $sides/memblock_side.c \
  "$library"
replay "our C library" "$build/c-library-trace"

linux_tests numa "$numa_checks" 1
linux_tests uma "$uma_checks" 0
