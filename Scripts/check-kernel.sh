#!/usr/bin/env bash
# usage: check-kernel.sh KERNEL.elf [LIMIT]
# LIMIT is the number of bytes that its code may have; the kernel's own where none is given.
# Checks what the kernel's build promises by looking at the linked file, rule by rule. Every
# broken rule is named with what breaks it.
set -euo pipefail
# shellcheck source=Scripts/tools.sh
. "$(dirname "$0")/tools.sh"

kernel=$1
objdump=$(binutils objdump) readelf=$(binutils readelf) nm=$(binutils nm)
text_limit=${2:-$((296 * 1024))} # bytes of code
frame_limit=8192                 # bytes of one function's stack frame
status=0

# rule NAME FINDINGS: the rule holds where nothing was found.
rule() {
  [ -n "$2" ] || return 0
  echo "check-kernel: $kernel: $1:" >&2
  head -n 5 <<<"$2" | sed 's/^/  /' >&2
  status=1
}

# In every line: NAME TYPE SIZE(decimal) FLAGS; a section without flags has none.
sections=$("$readelf" -SW "$kernel" | sed -nE 's/^ *\[ *[1-9][0-9]*\] *//p' |
  while read -r name type _ _ size _ flags _; do
    [[ $flags =~ ^[0-9]+$ ]] && flags=-
    echo "$name $type $((16#$size)) $flags"
  done)
segments=$("$readelf" -lW "$kernel" | grep -E '^ +LOAD ' || true)
if [ -z "$sections" ] || [ -z "$segments" ]; then
  echo "check-kernel: $kernel: not an ELF file that could be loaded" >&2
  exit 1
fi

# Exceptions don't save vector registers, and Swift is told not to use them.
rule "vector registers in code" \
  "$("$objdump" -d "$kernel" | grep -E '%[xyz]mm[0-9]' || true)"
# A large value that is copied to the stack, which has a few pages, gets there unannounced.
rule "stack frames of more than $frame_limit bytes" \
  "$("$objdump" -d --no-show-raw-insn "$kernel" |
    awk -v limit="$frame_limit" '
      /^[0-9a-f]+ <.*>:$/ { name = $2 }
      match($0, /sub +\$0x[0-9a-f]+,%[er]sp/) {
        text = substr($0, RSTART, RLENGTH)
        gsub(/.*\$0x|,.*/, "", text)
        size = 0
        for (i = 1; i <= length(text); i++)
          size = 16 * size + index("0123456789abcdef", substr(text, i, 1)) - 1
        if (size > limit) print name, size, "bytes"
      }')"
# A global that is initialised as it is first used would run code before memory is there. The
# standard library ($es...) may: its hashing draws a seed so, for a Dictionary, which is on the heap.
rule "globals initialised at run time (swift_once)" \
  "$("$objdump" -d --no-show-raw-insn "$kernel" |
    awk '/^[0-9a-f]+ <.*>:$/ { name = $2 }
         /(call|jmp) .*<swift_once>$/ && name !~ /^<\$es/ { print name }')"
rule "undefined symbols" "$("$nm" -u "$kernel")"
# The flags of a segment are the columns between its sizes and its alignment.
rule "segments both writable and executable" \
  "$(awk '{ flags = ""; for (i = 7; i < NF; i++) flags = flags $i
            if (flags ~ /W/ && flags ~ /E/) print }' <<<"$segments")"
# Addresses that wait to be filled in: nobody would.
rule "a global offset table that is not empty" \
  "$(awk '$1 ~ /^\.got/ && $3 > 0 { print $1, $3, "bytes" }' <<<"$sections")"
rule "relocations that nobody would apply" \
  "$(awk '$2 ~ /^RELA?$/ && $3 > 0 { print $1, $3, "bytes" }' <<<"$sections")"

# loaded FLAGS: the bytes that the file has for segments with just these permissions.
loaded() {
  local sum=0 size flags
  while read -r size flags; do
    [ "$flags" != "$1" ] || sum=$((sum + size))
  done < <(awk '{ flags = ""; for (i = 7; i < NF; i++) flags = flags $i; print $5, flags }' <<<"$segments")
  echo "$sum"
}
code=$(loaded RE)
((code <= text_limit)) || rule "more code than $text_limit bytes" "$code bytes"

[ "$status" -eq 0 ] && echo "kernel: every rule holds; code: $code bytes, constants: $(loaded R) bytes"
exit "$status"
