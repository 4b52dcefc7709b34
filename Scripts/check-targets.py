#!/usr/bin/env python3
"""Compiles the libraries for machines other than x86-64, as the toolchain's Embedded Swift has
them: what is not about x86 itself must build for each of them unchanged."""
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TRIPLES = ["aarch64-none-none-elf", "riscv64-none-none-eabi", "wasm32-unknown-none-wasm"]
# For the host alone: boots QEMU.
HOST_ONLY = {"SerialHarness"}
FLAGS = ["-wmo", "-Onone", "-parse-as-library", "-swift-version", "6", "-strict-memory-safety",
         "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "Lifetimes",
         "-package-name", "swift-memblock", "-warnings-as-errors"]


def libraries():
    """The libraries' Swift modules and what they depend on, lowest first."""
    text = subprocess.run(["swift", "package", "dump-package"], check=True, capture_output=True)
    package = json.loads(text.stdout)
    targets = {target["name"]: target for target in package["targets"]}
    ordered = []

    def visit(name):
        if name in ordered or name not in targets:
            return
        for dependency in targets[name]["dependencies"]:
            for kind in ("byName", "target"):
                if kind in dependency:
                    visit(dependency[kind][0])
        ordered.append(name)

    for product in package["products"]:
        if "automatic" in product["type"].get("library", []):
            for name in product["targets"]:
                if name not in HOST_ONLY:
                    visit(name)
    return [(name, Path(targets[name].get("path") or f"Sources/{name}")) for name in ordered]


def build(triple, modules):
    """Compiles the modules for a machine; what the compiler says where it can't, else nothing."""
    with tempfile.TemporaryDirectory() as out:
        for name, folder in modules:
            sources = sorted(str(path) for path in folder.rglob("*.swift"))
            command = ["swiftc", *FLAGS, "-target", triple, "-module-name", name, "-I", out,
                       "-emit-module", "-emit-module-path", f"{out}/{name}.swiftmodule",
                       "-c", "-o", f"{out}/{name}.o", *sources]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                return f"{done.stderr}check-targets: {name} does not build for {triple}"
    return ""


def main():
    modules = libraries()
    if len(modules) < 5:
        sys.exit(f"check-targets: only {len(modules)} libraries were found")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = "".join(pool.map(lambda triple: build(triple, modules), TRIPLES))
    if errors:
        sys.exit(errors)
    names = " ".join(name for name, _ in modules)
    print(f"other machines: {', '.join(TRIPLES)} build {names}")


main()
