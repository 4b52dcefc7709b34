#!/usr/bin/env bash
# usage: setup.sh [PACKAGE...]
# Looks for the Swift toolchain, installs the Debian packages that are missing, and checks that
# the toolchain runs: the packages that `make run`, `make test` and `make check` need, in one
# round, and those named on the command line. Silent and quick where nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh
wanted_swift=6.3

packages=(gcc g++ libc6-dev binutils make qemu-system-x86 ovmf grub-common grub-pc-bin
  grub-efi-amd64-bin xorriso mtools gdb shellcheck python3 git
  ca-certificates)
# What the toolchain's own programs load.
packages+=(libcurl4 libncurses6 libsqlite3-0 libxml2)
[ $# -eq 0 ] || packages+=("$@")

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Before anything is installed: without a compiler the packages are for nothing.
find_swift() {
  command -v swift >/dev/null ||
    fail "Swift $wanted_swift or newer is wanted and none was found: see https://swift.org/install"
}

check_swift() {
  local banner found
  banner=$(swift --version 2>&1) || fail "$(command -v swift) does not run: $banner"
  found=$(sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)+).*/\1/p' <<<"$banner" | head -n 1)
  [ "$(printf '%s\n' "$wanted_swift" "${found:-0}" | sort -V | head -n 1)" = "$wanted_swift" ] ||
    fail "Swift $wanted_swift or newer is wanted; found ${found:-an unknown version} at $(command -v swift)"
}

# Elsewhere than on Debian the names of the packages differ: look for the programs.
check_programs() {
  local missing="" program
  for program in cc qemu-system-x86_64 xorriso mformat; do
    command -v "$program" >/dev/null || missing="$missing $program"
  done
  binutils objcopy >/dev/null 2>&1 || missing="$missing objcopy"
  grub mkrescue >/dev/null 2>&1 || missing="$missing grub-mkrescue"
  [ -z "$missing" ] ||
    fail "not found:$missing; this is not Debian, so see 'Set-up' in CONTRIBUTING.md for what to install"
}

install_missing() {
  local missing=() installed package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p')
  for package in "${packages[@]}"; do
    grep -qxF "$package" <<<"$installed" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  # Nothing is asked: debconf takes its defaults, and says nothing where it can't ask at all.
  local install=(env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes)
  local command="apt-get install --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    # With a terminal sudo may ask for the password; without one it must not have to.
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      install=(sudo "${install[@]}")
    else
      fail "packages are missing; run as root: $command"
    fi
  fi
  echo "setup: installing ${missing[*]}" >&2
  {
    "${install[@]}" apt-get update -q &&
      "${install[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
  } </dev/null >&2 || fail "could not install the packages; try: $command"
}

find_swift
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  install_missing
else
  check_programs
fi
check_swift
