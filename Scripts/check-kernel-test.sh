#!/usr/bin/env bash
# Breaks each rule of check-kernel.sh on purpose, in a small ELF file, and demands that the
# rule is named; and that a file which keeps them all passes. A check that can't fail is none.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

# link ASSEMBLY [LINKER ARGUMENT...]: makes $work/kernel.
link() {
  local assembly=$1
  shift
  printf '.globl _start\n.text\n_start: hlt\n%b\n' "$assembly" >"$work/kernel.S"
  cc -c -o "$work/kernel.o" "$work/kernel.S"
  ld -static -e _start "$@" -o "$work/kernel" "$work/kernel.o" 2>/dev/null
}

# refused RULE: the file just linked must break exactly this rule.
refused() {
  local said
  if said=$(Scripts/check-kernel.sh "$work/kernel" 2>&1 >/dev/null); then
    echo "check-kernel-test: passed, but should have been refused: $1" >&2
    exit 1
  fi
  if [ "$(grep -c '^check-kernel:' <<<"$said")" -ne 1 ] || ! grep -q "$1" <<<"$said"; then
    echo "check-kernel-test: refused for '$1' was expected, but: $said" >&2
    exit 1
  fi
  count=$((count + 1))
}

link ''
Scripts/check-kernel.sh "$work/kernel" >/dev/null

link 'movaps %xmm0, %xmm1'
refused 'vector registers'
link 'vmovaps %ymm0, %ymm1'
refused 'vector registers'
# shellcheck disable=SC2016 # a constant of assembly, not a variable
link 'large_frame: sub $0x2001,%rsp'
refused 'stack frames'
link '.globl swift_once\nswift_once: ret\nlazy_global: call swift_once'
refused 'swift_once'
# shellcheck disable=SC2016 # a symbol of the standard library, not a variable
link '.globl swift_once\nswift_once: ret\n"$es6HasherV": call swift_once'
Scripts/check-kernel.sh "$work/kernel" >/dev/null
# GNU ld, unlike the kernel's linker, forgets a symbol that it could leave undefined, unless
# its relocations are kept.
link '.weak elsewhere\n.data\n.quad elsewhere' --emit-relocs
objcopy --remove-relocations='*' "$work/kernel"
refused 'undefined symbols'
link '.data\n.long 1' --omagic
refused 'writable and executable'
link '.section .got, "aw"\n.quad 0'
refused 'global offset table'
link '.data\n.quad _start' -pie --no-dynamic-linker -z notext
refused 'relocations'
link '.skip 320 * 1024'
refused 'more code'

echo "check-kernel: each rule can fail ($count broken files refused)"
