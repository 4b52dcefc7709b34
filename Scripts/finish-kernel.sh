#!/usr/bin/env bash
# usage: finish-kernel.sh LINKED KERNEL.elf
# Makes the file that is booted from the one that was linked: without debug information, and with the
# symbols that the kernel's reports show, which the boot loader hands to it:
#   - functions have the names that Swift gives them. A character that is in none stands for a space
#     (SymbolTable.swift), because objcopy's list of names is one of words;
#   - each instruction with which Swift ends a failed precondition (ud2) has a symbol of its own, an
#     object whose name is the place in the source: Boot/Boot.swift:26.
set -euo pipefail
# shellcheck source=Scripts/tools.sh
. "$(dirname "$0")/tools.sh"

linked=$1 kernel=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Of the toolchain, which is where the compiler's own resources are: …/usr/lib/swift. GNU's objcopy
# refuses to give two symbols one name, and two specialisations of a function have one.
programs=$(swift_resources)/../../bin

"$(binutils nm)" "$linked" | sed -nE 's/^.* (\$[es][^ ]*)$/\1/p' | sort -u >"$work/mangled"
swift demangle --simplified --compact <"$work/mangled" | tr ' ' '\037' >"$work/names"
paste -d ' ' "$work/mangled" "$work/names" >"$work/renamed"

# Of the places that the debug information gives for an instruction, innermost first, the first with a
# line: what the compiler has added has none.
start=$("$(binutils readelf)" -SW "$linked" |
  sed -nE 's/^ *\[ *[0-9]+\] \.text +PROGBITS +([0-9a-f]+) .*/\1/p')
"$(binutils objdump)" -d --no-show-raw-insn -j .text "$linked" |
  sed -nE 's/^ *([0-9a-f]+):[[:space:]]+ud2 *$/0x\1/p' |
  "$programs/llvm-symbolizer" --obj="$linked" --output-style=GNU --functions=none --addresses |
  while read -r line; do
    case $line in
    0x*) address=$line ;;
    *:0 | \?\?* | '') ;;
    *)
      [ -n "$address" ] || continue
      line=${line% (discriminator*}
      # The file with its folder.
      echo "--add-symbol=${line#"${line%/*/*}/"}=.text:$((address - 16#$start)),object,local"
      address=
      ;;
    esac
  done >"$work/traps"

"$programs/llvm-objcopy" --strip-debug --redefine-syms="$work/renamed" "@$work/traps" "$linked" "$kernel"
