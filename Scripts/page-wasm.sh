#!/usr/bin/env bash
# Compiles the libraries and the page's Swift (Sources/Page) to WebAssembly, module by module, and
# prints where the result is. It is 64-bit WebAssembly, so that every table has the size that it
# has in the kernel. A module is compiled again only where it or one before it changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/tools.sh

out=$PWD/.build-page
mkdir -p "$out"
# Lowest first.
modules=(Addressing Memblock MemoryMap ACPI EFI LoaderInformation Multiboot2 PVH LimineProtocol
  LinuxBootProtocol KernelCommandLine NUMA NUMAEmulation EarlyMemory Firmware Paging Zones
  PageAllocator LogReading Replay Page)
target=wasm64-unknown-none-wasm
# Not -Osize: with it Swift 6.3.1 reads a small String as one on the heap when it compiles for
# 64-bit WebAssembly (String(substring), memory access out of bounds).
toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
flags=(-target "$target" -wmo -O -parse-as-library -swift-version 6 -strict-memory-safety
  -package-name swift-memblock -enable-experimental-feature Embedded
  -enable-experimental-feature Lifetimes -enable-experimental-feature Extern
  -D MEMBLOCK_SPARSE_WINDOW -enforce-exclusivity=unchecked
  -Xfrontend -disable-stack-protector -Xfrontend -function-sections -I "$out")

stamp=$({ swiftc --version 2>&1; echo "${flags[@]}"; cat "$0"; } | sha256sum)
objects=()
for module in "${modules[@]}"; do
  folder=Sources/$module
  [ ! -d "Sources/Firmware/$module" ] || folder=Sources/Firmware/$module
  mapfile -t sources < <(find "$folder" -name '*.swift' | LC_ALL=C sort)
  stamp=$({ echo "$stamp"; sha256sum "${sources[@]}"; } | sha256sum)
  if [ "$(cat "$out/$module.stamp" 2>/dev/null)" != "$stamp" ]; then
    swiftc "${flags[@]}" -module-name "$module" -emit-module \
      -emit-module-path "$out/$module.swiftmodule" -c "${sources[@]}" -o "$out/$module.o" >&2
    echo "$stamp" >"$out/$module.stamp"
  fi
  objects+=("$out/$module.o")
done

"$toolchain/clang" --target=wasm64 -Os -ffreestanding -nostdlib -mbulk-memory -Wall -Werror \
  -c Sources/Page/runtime.c -o "$out/runtime.o"
# 16 GiB is the most that browsers give; the stack lies below the data, so that running out of it is
# an error and not a wild write.
"$toolchain/wasm-ld" -mwasm64 --no-entry --gc-sections --strip-all --stack-first -z stack-size=4194304 \
  --max-memory=17179869184 "${objects[@]}" "$out/runtime.o" \
  "$(swift_resources)/embedded/$target/libswiftUnicodeDataTables.a" -o "$out/page.wasm"
echo "$out/page.wasm"
