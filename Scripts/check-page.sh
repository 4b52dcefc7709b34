#!/usr/bin/env bash
# The page's JavaScript, checked by the TypeScript compiler by the types that its comments give
# (and Sources/Page/types.d.ts). Where Debian's package can't be had that is said in a line.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v tsc >/dev/null && ! Scripts/setup.sh node-typescript >/dev/null 2>&1; then
  echo "page: types not checked: the package node-typescript could not be installed"
  exit 0
fi
scripts=(Sources/Page/*.js)
# Null is not tracked: what the page's own markup holds is there.
tsc --noEmit --allowJs --checkJs --strict --strictNullChecks false --skipLibCheck \
  --target es2022 --lib es2022,dom,dom.iterable Sources/Page/types.d.ts "${scripts[@]}"
echo "page: the types of ${#scripts[@]} scripts agree"
