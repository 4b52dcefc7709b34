# shellcheck shell=bash
# Finds programs whose names differ between systems. Read in by `. Scripts/tools.sh`.

# first_of NAME...: the path of the first of these programs that is installed.
first_of() {
  local name
  for name in "$@"; do
    command -v "$name" && return
  done
  echo "$(basename "$0"): none of these is installed: $*; see 'Set-up' in CONTRIBUTING.md" >&2
  return 1
}

# binutils NAME: one of GNU's binutils. Where the system's own (macOS) don't know ELF, they are
# installed with a prefix, which therefore goes first.
binutils() { first_of "x86_64-elf-$1" "$1"; }

# grub NAME: one of GRUB's programs: Fedora says grub2-…, Homebrew puts a target before it.
grub() { first_of "grub-$1" "grub2-$1" "i686-elf-grub-$1" "x86_64-elf-grub-$1"; }

# swift_resources: the toolchain's lib/swift. The compiler is asked, because `swift` may be a
# link to a program that chooses a toolchain, as swiftly's is.
swift_resources() {
  local path
  path=$(swiftc -print-target-info | sed -nE 's/.*"runtimeResourcePath" *: *"([^"]+)".*/\1/p')
  [ -d "$path" ] || { echo "$(basename "$0"): swiftc names no resource folder" >&2; return 1; }
  echo "$path"
}

# require_linux: for what has been made to work on Linux only.
require_linux() {
  [ "$(uname -s)" = Linux ] || { echo "$(basename "$0"): needs Linux" >&2; exit 1; }
}
