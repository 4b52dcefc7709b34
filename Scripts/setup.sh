#!/usr/bin/env bash
# usage: setup.sh [PACKAGE...]
# Checks the Swift toolchain and installs the Debian packages that are missing: those that
# every build and boot needs, and the ones named on the command line. Silent and quick
# where nothing is missing.
set -euo pipefail
wanted_swift=6.3

packages=(gcc g++ libc6-dev binutils make qemu-system-x86 ovmf grub-common grub-pc-bin
  grub-efi-amd64-bin xorriso mtools gdb "$@")
# What the toolchain's own programs load.
packages+=(libcurl4 libncurses6 libsqlite3-0 libxml2)

fail() {
  echo "setup: $*" >&2
  exit 1
}

check_swift() {
  command -v swift >/dev/null ||
    fail "Swift $wanted_swift or newer is wanted and none was found: see https://swift.org/install"
  local banner found
  banner=$(swift --version 2>&1) || fail "$(command -v swift) does not run: $banner"
  found=$(sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)+).*/\1/p' <<<"$banner" | head -n 1)
  [ "$(printf '%s\n' "$wanted_swift" "${found:-0}" | sort -V | head -n 1)" = "$wanted_swift" ] ||
    fail "Swift $wanted_swift or newer is wanted; found ${found:-an unknown version} at $(command -v swift)"
}

# Elsewhere than on Debian the names of the packages differ: look for the programs.
check_programs() {
  local missing=() program
  for program in cc objdump qemu-system-x86_64 grub-mkrescue xorriso mformat; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  [ "${#missing[@]}" -eq 0 ] ||
    fail "not found: ${missing[*]}; this is not Debian, so see 'Set-up' in README.md for what to install"
}

install_missing() {
  local missing=() package become=()
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  local command="apt-get install --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    # With a terminal sudo may ask for the password; without one it must not have to.
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      become=(sudo)
    else
      fail "packages are missing; run as root: $command"
    fi
  fi
  echo "setup: installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  {
    "${become[@]}" apt-get update -qq &&
      "${become[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
  } </dev/null >/dev/null || fail "could not install the packages; try: $command"
}

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  install_missing
else
  check_programs
fi
check_swift
