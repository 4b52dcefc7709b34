#!/usr/bin/env bash
# usage: TIME=60 fuzz.sh [TARGET…]
# Runs every libFuzzer target of Tests/Fuzz (files *Fuzz.swift), or those named, for TIME
# seconds each with AddressSanitizer, from the corpus in Tests/Fuzz/Corpora; and the long runs
# of Tests/Fuzz/Runs, whose length is fixed, once. A target's file names the test sources that
# it shares in lines `// fuzz-sources: …`. What a target finds is kept in .build-fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
require_linux

seconds=${TIME:-60}
[[ $seconds =~ ^[0-9]+$ ]] || { echo "fuzz: TIME=$seconds: a number of seconds is wanted" >&2; exit 1; }
build=.build-fuzz
mkdir -p "$build/found"

options=(-swift-version 6 -O -wmo -parse-as-library -strict-memory-safety
  -enable-experimental-feature Lifetimes -package-name swift-memblock)

# compile MODULE SOURCES FLAGS…: one of the package's modules, for the targets to import.
compile() {
  local module=$1 sources=$2 out=$3
  shift 3
  # shellcheck disable=SC2046 # file names without spaces
  swiftc "${options[@]}" "$@" -module-name "$module" -I "$out" \
    -emit-module -emit-module-path "$out/$module.swiftmodule" \
    -emit-object -o "$out/$module.o" $(find "$sources" -name '*.swift' | sort)
}

# Lowest first.
modules=(Addressing:Sources/Addressing Memblock:Sources/Memblock)
for name in MemoryMap ACPI EFI LoaderInformation Multiboot2 PVH LimineProtocol LinuxBootProtocol \
  KernelCommandLine NUMA NUMAEmulation EarlyMemory Firmware; do
  modules+=("$name:Sources/Firmware/$name")
done
modules+=(SimulatedMemory:Tests/SimulatedMemory)

# compile_all OUT FLAGS…
compile_all() {
  local out=$1 entry
  shift
  mkdir -p "$out"
  for entry in "${modules[@]}"; do
    compile "${entry%%:*}" "${entry#*:}" "$out" "$@"
  done
}

# link FILE PROGRAM OUT FLAGS…: a target or a long run with what it shares.
link() {
  local file=$1 program=$2 out=$3
  shift 3
  local -a shared
  read -ra shared <<<"$(sed -n 's|^// fuzz-sources: ||p' "$file" | tr '\n' ' ')"
  swiftc "${options[@]}" "$@" -use-ld=lld -I "$out" "$out"/*.o "${shared[@]}" "${helpers[@]}" "$file" \
    -module-name "$(basename "$program")" -o "$program"
}

failures=0

if [ $# -eq 0 ]; then
  compile_all "$build/plain"
  helpers=()
  for file in Tests/Fuzz/Runs/*.swift; do
    name=$(basename "$file" .swift)
    link "$file" "$build/$name" "$build/plain"
    "$build/$name" || { echo "fuzz: $name FAILED" >&2; failures=$((failures + 1)); }
  done
fi

compile_all "$build/sanitized" -sanitize=fuzzer,address
helpers=(Tests/Fuzz/FuzzInput.swift)
targets=("$@")
if [ $# -eq 0 ]; then
  for file in Tests/Fuzz/*Fuzz.swift; do targets+=("$(basename "$file" .swift)"); done
fi
for name in "${targets[@]}"; do
  file=Tests/Fuzz/$name.swift
  [ -e "$file" ] || { echo "fuzz: no target $name" >&2; exit 1; }
  link "$file" "$build/$name" "$build/sanitized" -sanitize=fuzzer,address
  mkdir -p "$build/corpus/$name"
  if "$build/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
    "$build/corpus/$name" "Tests/Fuzz/Corpora/$name" >"$build/$name.log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
    echo "$name: $runs inputs in $seconds s, nothing found"
  else
    tail -40 "$build/$name.log"
    echo "fuzz: $name FAILED; the input is in $build/found" >&2
    failures=$((failures + 1))
  fi
done
exit $((failures > 0))
