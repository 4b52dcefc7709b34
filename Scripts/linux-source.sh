#!/usr/bin/env bash
# Builds Linux's mm/memblock.c as a user program from Debian's package linux-source-6.12:
#   .build-linux/liblinux-memblock.so   the operations of the trace language, for dlopen
#   .build-linux/linux-trace            the trace language on standard input
# What is of Linux stays under .build-linux, which git ignores.
set -euo pipefail
cd "$(dirname "$0")/.."

package=linux-source-6.12
tarball=/usr/src/$package.tar.xz
build=.build-linux
source=$build/$package
ours=Tests/Conformance

# Linux's test suite needs liburcu-dev.
Scripts/setup.sh "$package" liburcu-dev
if [ ! -f "$tarball" ]; then
  echo "error: the package $package is installed, but $tarball is missing" >&2
  exit 1
fi

mkdir -p "$build"
exec 9>"$build/.lock"
flock 9
stamp=$(stat -c '%s %Y' "$tarball")
if [ "$(cat "$build/.unpacked" 2>/dev/null)" != "$stamp" ]; then
  echo "unpacking $tarball" >&2
  rm -rf "$source"
  tar -C "$build" -xJf "$tarball" --wildcards \
    "$package/mm/memblock.c" "$package/include/linux/memblock.h" \
    "$package/include/linux/gfp_types.h" "$package/tools/testing/memblock" \
    "$package/tools/testing/selftests/kselftest.h" "$package/tools/include" \
    "$package/tools/lib/*.c" "$package/tools/arch/x86/include"
  echo "$stamp" >"$build/.unpacked"
fi

# memblock.c and memblock.h, and an empty file for every other header that they name: what
# they need from those is in our kernel.h, which is included first.
rm -rf "$build/include"
mkdir -p "$build/include/mm" "$build/include/linux"
cp "$source/mm/memblock.c" "$build/include/mm/"
cp "$source/include/linux/memblock.h" "$build/include/linux/"
sed -nE 's/^#include [<"]([^>"]+)[>"].*/\1/p' "$source/mm/memblock.c" \
  "$source/include/linux/memblock.h" | sort -u | while read -r header; do
  [ -e "$build/include/$header" ] && continue
  mkdir -p "$build/include/$(dirname "$header")"
  : >"$build/include/$header"
done

flags=(-O2 -g -fPIC -Wall "-I$ours/Sides/include")
gcc "${flags[@]}" -Wno-unused -Wno-format -include $ours/Linux/kernel.h -I"$build/include" \
  -I$ours/Sides -c $ours/Linux/oracle.c -o "$build/oracle.o"
gcc "${flags[@]}" -c $ours/Sides/trace.c -o "$build/trace.o"
gcc -shared -Wl,-Bsymbolic -o "$build/liblinux-memblock.so" "$build/oracle.o"
gcc "${flags[@]}" -DSIDE=linux_side -o "$build/linux-trace" $ours/Trace/main.c "$build/oracle.o" "$build/trace.o"
