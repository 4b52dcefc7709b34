#!/usr/bin/env bash
# Builds the program `os`, which starts machines, and prints where it is. SwiftPM is asked only where
# something that goes into it has changed: it takes longer to find that out than a kernel to boot.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.build/os.built
if [ ! -e "$stamp" ] || [ ! -x "$(cat "$stamp")" ] ||
  [ -n "$(find Package.swift Sources/OSTool Sources/SerialHarness "$(command -v swiftc)" \
    -newer "$stamp" -print -quit)" ]; then
  build=(swift build --no-color-diagnostics --product os)
  mkdir -p .build
  # From before the build: what changes while it runs is built the next time.
  touch .build/os.begun
  "${build[@]}" >&2
  echo "$("${build[@]}" --show-bin-path)/os" >.build/os.path
  touch -r .build/os.begun .build/os.path
  mv .build/os.path "$stamp"
fi
cat "$stamp"
