#!/usr/bin/env bash
# usage: LINUX=6.12|7.3 linux-source.sh
# Builds Linux's mm/memblock.c as a user program from Debian's package linux-source-$LINUX:
#   .build-linux/$LINUX/liblinux-memblock.so   the operations of the trace language, for dlopen
#   .build-linux/$LINUX/linux-trace            the trace language on standard input
# What is of Linux stays under .build-linux, which git ignores.
set -euo pipefail
cd "$(dirname "$0")/.."

linux=${LINUX:-7.3}
package=linux-source-$linux
build=.build-linux/$linux
ours=Tests/Conformance

case $linux in
6.12) number=612 ;;
7.3) number=703 ;;
*) echo "linux-source: LINUX=$linux is neither 6.12 nor 7.3" >&2; exit 2 ;;
esac

mkdir -p "$build"
exec 9>"$build/.lock"
flock 9

# Linux's test suite needs liburcu-dev.
if [ "$linux" = 6.12 ]; then
  Scripts/setup.sh "$package" liburcu-dev
  tarball=/usr/src/$package.tar.xz
else
  Scripts/setup.sh liburcu-dev
  Scripts/backports.sh "$package" "$build/$package"
  tarball=$build/$package/usr/src/$package.tar.xz
fi
if [ ! -f "$tarball" ]; then
  echo "linux-source: the package $package is there, but $tarball is missing" >&2
  exit 1
fi

stamp=$(stat -c '%s %Y' "$tarball")
if [ "$(cat "$build/.unpacked" 2>/dev/null)" != "$stamp" ]; then
  echo "unpacking $tarball" >&2
  rm -rf "$build/unpacked"
  mkdir "$build/unpacked"
  tar -C "$build/unpacked" -xJf "$tarball" --strip-components 1 --wildcards \
    "$package/mm/memblock.c" "$package/include/linux/memblock.h" \
    "$package/include/linux/gfp_types.h" "$package/include/linux/pci_ids.h" \
    "$package/tools/testing/memblock" \
    "$package/tools/testing/selftests/kselftest.h" "$package/tools/include" \
    "$package/tools/lib/*.c" "$package/tools/arch/x86/include"
  echo "$stamp" >"$build/.unpacked"
fi
source=$build/unpacked

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

flags=(-O2 -g -fPIC -Wall "-I$ours/Sides/include" "-DLINUX=$number")
gcc "${flags[@]}" -Wno-unused -Wno-format -include $ours/Linux/kernel.h -I"$build/include" \
  -I$ours/Sides -c $ours/Linux/oracle.c -o "$build/oracle.o"
gcc "${flags[@]}" -c $ours/Sides/trace.c -o "$build/trace.o"
gcc -shared -Wl,-Bsymbolic -o "$build/liblinux-memblock.so" "$build/oracle.o"
gcc "${flags[@]}" -DSIDE=linux_side -o "$build/linux-trace" $ours/Trace/main.c "$build/oracle.o" "$build/trace.o"
