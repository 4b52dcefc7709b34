#!/usr/bin/env bash
# A package that depends on the Memblock product alone must fetch nothing but this package;
# one that asks for the host tools gets what they need. The example, which is such a package,
# builds, and does what it says.
set -euo pipefail
cd "$(dirname "$0")/.."

package=$PWD
# A package at a path goes by its folder's name.
identity=$(basename "$package" | tr '[:upper:]' '[:lower:]')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# dependencies PRODUCT [TRAIT]: what a package fetches that depends on the product.
dependencies() {
  mkdir -p "$work/user/Sources/user"
  echo "import $1" >"$work/user/Sources/user/user.swift"
  local traits=${2:+, traits: [\"$2\"]}
  cat >"$work/user/Package.swift" <<MANIFEST
// swift-tools-version: 6.3
import PackageDescription
let package = Package(
  name: "user",
  dependencies: [.package(path: "$package"$traits)],
  targets: [.target(name: "user", dependencies: [.product(name: "$1", package: "$identity")])])
MANIFEST
  (cd "$work/user" && swift package show-dependencies --format flatlist 2>/dev/null)
}

alone=$(dependencies Memblock)
if [ "$alone" != "$identity" ]; then
  echo "check-dependencies: a package that depends on Memblock alone fetches: $alone" >&2
  exit 1
fi
# Without this the check above would also pass if nothing were ever listed.
tools=$(dependencies SerialHarness HostTools)
if ! grep -q swift-subprocess <<<"$tools"; then
  echo "check-dependencies: with the trait HostTools swift-subprocess is missing: $tools" >&2
  exit 1
fi
echo "dependencies: Memblock alone brings none"

output=$(cd Examples/Swift && swift run --no-color-diagnostics --scratch-path "$package/.build-example" 2>"$work/errors") || {
  cat "$work/errors" >&2
  exit 1
}
wanted="a page of node 0 at 0xfff000
64 MiB: outOfMemory(size: 67108864)
free 0x100000 to 0xfff000 on node 0
free 0x1000000 to 0x2000000 on node 1
7935 pages handed over in 18 blocks"
if [ "$output" != "$wanted" ]; then
  echo "check-dependencies: Examples/Swift prints:" >&2
  echo "$output" >&2
  exit 1
fi
echo "Examples/Swift: builds from outside, and prints what it should"
