#!/usr/bin/env bash
# usage: backports.sh PATTERN FOLDER [RELEASE]
# Fetches the newest package of the backports to a release of Debian, trixie where none is named,
# whose whole name matches PATTERN, an extended regular expression, and unpacks it into FOLDER.
# Nothing is installed, and the system's own list of sources stays as it is. Quick where FOLDER is
# there already.
set -euo pipefail

pattern=$1
folder=$2
suite=${3:-trixie}-backports
[ ! -d "$folder" ] || exit 0

fail() {
  echo "backports: $*" >&2
  exit 1
}

command -v apt-get >/dev/null || fail "$pattern is fetched by apt-get, which is not here"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/sources" "$work/lists/partial" "$work/archives/partial"
cat >"$work/sources/backports.sources" <<END
Types: deb
URIs: http://deb.debian.org/debian
Suites: $suite
Components: main
Architectures: amd64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
options=(-q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/sources"
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=)
echo "fetching $pattern from $suite" >&2
apt-get "${options[@]}" update >"$work/log" 2>&1 ||
  { tail -5 "$work/log" >&2 && fail "could not read the list of $suite"; }
package=$(apt-cache "${options[@]}" pkgnames | grep -xE "$pattern" | sort -V | tail -n 1 || true)
[ -n "$package" ] || fail "$suite has no package $pattern"
(cd "$work" && apt-get "${options[@]}" download "$package") >"$work/log" 2>&1 ||
  { tail -5 "$work/log" >&2 && fail "could not fetch $package"; }
dpkg-deb -x "$work/$package"_*.deb "$work/unpacked"
mkdir -p "$(dirname "$folder")"
mv "$work/unpacked" "$folder"
