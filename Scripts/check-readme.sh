#!/usr/bin/env bash
# usage: check-readme.sh [FILE]
# The Swift programs that README.md, or another page, shows compile as a newcomer's would (Swift 6 mode), and for
# the bare machine their globals need no code to be valid; the version that a manifest is to name
# is the same wherever one is shown; and every path that README.md names is there.
set -euo pipefail
cd "$(dirname "$0")/.."

page=${1:-README.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "check-readme: $*" >&2
  exit 1
}

# A file for each block that is a program: one that imports something.
awk -v folder="$work" '
  /^```swift$/ { name = folder "/block" ++count ".swift"; inside = 1; next }
  /^```$/ { inside = 0 }
  inside { print > name }' "$page"
programs=()
for block in "$work"/block*.swift; do
  if [ -e "$block" ] && grep -q '^import ' "$block"; then programs+=("$block"); fi
done
[ "${#programs[@]}" -gt 0 ] || fail "$page has no program"

Scripts/kernel.sh kernel >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
for program in "${programs[@]}"; do
  # Public, or the compiler leaves out what nobody calls.
  sed 's/^func /public func /' "$program" >"$work/program.swift"
  swiftc -swift-version 6 -parse-as-library -module-name Newcomer -wmo -O \
    -target x86_64-unknown-none-elf -enable-experimental-feature Embedded \
    -I .build-kernel/x86_64-unknown-none-elf/release/Modules \
    -emit-ir -o "$work/program.ll" "$work/program.swift" || fail "a program of $page does not compile"
  # What the compiler makes for a global that code has to initialise: a token (Wz).
  if grep -qE '^@.*8Newcomer.*Wz"? = ' "$work/program.ll"; then
    fail "a program of $page has a global that is initialised at run time"
  fi
done

versions=$(grep -rhoE 'swift-memblock", from: "[^"]+"' "$page" Sources/*/Documentation.docc | sort -u)
[ "$(grep -c . <<<"$versions")" -eq 1 ] || fail "several versions are shown: $versions"

# shellcheck disable=SC2016 # backquotes of Markdown
for path in $(grep -oE '`(Sources|Tests|Scripts|Boot|Linker|Examples|Benchmarks|Documentation)(/[A-Za-z0-9_/.+-]*)?`' "$page" |
  tr -d '`' | sort -u); do
  [ -e "$path" ] || fail "$page names $path, which is not there"
done
echo "$(basename "$page" .md): ${#programs[@]} program compiles, its paths are there"
