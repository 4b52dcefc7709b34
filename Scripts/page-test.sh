#!/usr/bin/env bash
# usage: page-test.sh [ARGUMENTS OF python3 -m unittest]
# Tests the page in Debian's Chromium, driven by Playwright from PyPI in an environment of its own.
# Where either can't be had, that is said in a line and the tests are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
  echo "page-test: skipped: $*"
  exit 0
}

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! find_chromium >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
  log=$(mktemp)
  Scripts/setup.sh chromium python3-venv >"$log" 2>&1 ||
    { tail -n 3 "$log" >&2; rm -f "$log"; skip "Chromium could not be installed"; }
  rm -f "$log"
fi
MEMBLOCK_CHROMIUM=$(find_chromium) || skip "there is no Chromium"

environment=.build-page/venv
if ! cmp -s Tests/Page/requirements.txt "$environment/requirements.txt"; then
  rm -rf "$environment"
  mkdir -p .build-page
  if ! { python3 -m venv "$environment" &&
    "$environment/bin/pip" install -q --disable-pip-version-check -r Tests/Page/requirements.txt; } >&2; then
    rm -rf "$environment"
    skip "Playwright could not be installed from PyPI"
  fi
  cp Tests/Page/requirements.txt "$environment/"
fi

MEMBLOCK_PAGE=$(Scripts/page.sh)
# The tool that `make test` has built, or the same.
build=(swift build --no-color-diagnostics --product memblock)
if [ -z "${MEMBLOCK_TOOL:-}" ]; then
  "${build[@]}" >&2
  MEMBLOCK_TOOL=$("${build[@]}" --show-bin-path)/memblock
fi
# The kernel on the same machines.
swift build --no-color-diagnostics --product os >&2
MEMBLOCK_OS=$(dirname "$MEMBLOCK_TOOL")/os
MEMBLOCK_KERNEL_ELF=${MEMBLOCK_KERNEL_ELF:-$PWD/$(Scripts/kernel.sh kernel)}
export MEMBLOCK_CHROMIUM MEMBLOCK_PAGE MEMBLOCK_TOOL MEMBLOCK_OS MEMBLOCK_KERNEL_ELF
export PYTHONDONTWRITEBYTECODE=1

cd Tests/Page
if [ $# -gt 0 ]; then exec "../../$environment/bin/python" -m unittest "$@"; fi
exec "../../$environment/bin/python" -m unittest discover -p 'test_*.py'
