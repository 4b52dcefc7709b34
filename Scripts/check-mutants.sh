#!/usr/bin/env bash
# mutants.py on a package of which it is known what its tests notice: every change to what they
# test must be killed, every change to what they don't must survive and be named.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Sources/Toy" "$work/Tests/ToyTests"
cat >"$work/Package.swift" <<'MANIFEST'
// swift-tools-version: 6.3
import PackageDescription
let package = Package(
  name: "toy",
  targets: [.target(name: "Toy"), .testTarget(name: "ToyTests", dependencies: ["Toy"])])
MANIFEST
cat >"$work/Sources/Toy/Toy.swift" <<'SOURCE'
/// What is said in a comment, as 1 < 2 && true, is no change.
public struct Box {
  public let value: Int
  public init(value: Int) {
    self.value = value
  }
}
public func isSmall(_ value: Int) -> Bool {
  return value < 10
}
public func steps(to limit: UInt8) -> UInt8 {
  var count: UInt8 = 0
  while count != limit {
    count += 1
  }
  return count
}
public func isNeverTested(_ value: Int) -> Int {
  precondition(value < 7, "1 + 1")
  return value + 4
}
SOURCE
cat >"$work/Tests/ToyTests/ToyTests.swift" <<'TESTS'
import Testing
import Toy

@Test func small() {
  #expect(isSmall(9) && !isSmall(10))
}
@Test func stepByStep() {
  #expect(steps(to: 0) == 0 && steps(to: 3) == 3)
}
TESTS

fail() {
  echo "check-mutants: $*" >&2
  exit 1
}
mutants() { python3 Scripts/mutants.py Toy --package "$work" --count 0 --time-limit 8 "$@"; }

[ "$(mutants --list --seed 5)" = "$(mutants --list --seed 5)" ] || fail "a seed is not repeatable"
[ "$(mutants --list --seed 5)" != "$(mutants --list --seed 6)" ] || fail "the seed does nothing"
if output=$(mutants --seed 5 --limit 10 2>"$work/errors"); then
  fail "a limit of 10 % is held, but a fifth survives"
fi
wanted='mutants: 16 tried: 13 killed (2 by time or memory), 3 survived (19 %); 1 more did not compile; SEED=5'
if [ "$(tail -n 1 <<<"$output")" != "$wanted" ] ||
  [ "$(grep -c '^survived: Sources/Toy/Toy.swift:20: ' <<<"$output")" -ne 3 ] ||
  ! grep -q 'more than 10 % survived' "$work/errors"; then
  fail "of the toy's changes this became: $output $(cat "$work/errors")"
fi
echo "mutants: what is tested is killed, what is not is named"
