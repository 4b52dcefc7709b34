#!/usr/bin/env bash
# usage: [PREFIX=FOLDER] tool.sh
# Builds the command-line tool `memblock` with its man page and its completions, and puts them in
# the folder as a system has them: bin/, share/man/, share/memblock/ and so on. Prints
# where the tool is.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${PREFIX:-$PWD/.build/tool}
swift build --no-color-diagnostics -c release --product memblock >&2
tool=$(swift build --no-color-diagnostics -c release --show-bin-path)/memblock

mkdir -p "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
  "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
install -m 755 "$tool" "$prefix/bin/memblock"
# What 'memblock plot -o FILE.html' puts a log into.
install -D -m 644 "$(Scripts/page.sh)" "$prefix/share/memblock/memblock.html"
"$tool" --generate-completion-script bash >"$prefix/share/bash-completion/completions/memblock"
"$tool" --generate-completion-script zsh >"$prefix/share/zsh/site-functions/_memblock"
"$tool" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/memblock.fish"

# The plug-in of swift-argument-parser writes a page for each executable of the package.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift package --no-color-diagnostics generate-manual --date "$(date +%F)" >"$log" 2>&1 || {
  cat "$log" >&2
  echo "tool: the man page was not made" >&2
  exit 1
}
install -m 644 .build/plugins/GenerateManual/outputs/MemblockTool/memblock.1 \
  "$prefix/share/man/man1/memblock.1"
echo "$prefix/bin/memblock"
