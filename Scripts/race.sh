#!/usr/bin/env bash
# Runs the tests with real threads under ThreadSanitizer; a race fails them.
set -euo pipefail
cd "$(dirname "$0")/.."

export TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}"
exec swift test --sanitize=thread --scratch-path .build-race --filter ThreadTests "$@"
