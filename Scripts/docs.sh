#!/usr/bin/env bash
# Builds the libraries' documentation, all in one archive, which a browser reads through any web
# server, at any path of it. A warning, as for a link that leads nowhere, is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

archive=.build-docs/swift-memblock.doccarchive
mkdir -p .build-docs

# docc copies the pages' frame with its owner, which is refused to a plain user when the
# toolchain belongs to root; a copy belongs to whoever builds.
render=$(swift_resources)/../../share/docc/render
if [ -d "$render" ] && [ ! -O "$render" ]; then
  rm -rf .build-docs/render
  cp -R "$render" .build-docs/render
  export DOCC_HTML_DIR=$PWD/.build-docs/render
fi

# These are read among the project's files too, where their links lead to files. The site has no files
# to lead to: there, they are names.
pages=()
trap 'rm -f "${pages[@]}"' EXIT
for page in Road HelloOS TraceLanguage; do
  pages+=("Sources/Replay/Documentation.docc/$page.md")
  # shellcheck disable=SC2016 # backquotes of Markdown
  sed -E 's/\[(`[^`]+`)\]\([^)]*\)/\1/g' "Documentation/$page.md" >"${pages[-1]}"
done

# The plug-in is a dependency only here: who uses the libraries does not fetch it.
export MEMBLOCK_DOCS=1
arguments=()
for target in $(Scripts/libraries.sh); do arguments+=(--target "$target"); done
swift package --no-color-diagnostics --allow-writing-to-directory .build-docs \
  generate-documentation "${arguments[@]}" --enable-experimental-combined-documentation \
  --warnings-as-errors --output-path "$archive"
Scripts/docs-relative.py "$archive"
# DocC's script asks for this file, which need not be there, and complains where it is not.
echo '{}' >"$archive/theme-settings.json"
echo "$PWD/$archive"
