#!/usr/bin/env python3
"""Checks public interfaces, as symbol graphs give them.

usage: check-interface.py FOLDER [--list MODULE]

Every public declaration has a documentation comment, its own or that of the protocol's
requirement that it fulfils; and no two public types of the package have the same name, so that a
client that imports every module can name each. With --list a module's declarations are printed with their comments, and not checked.
"""
import json
import sys
from collections import defaultdict
from pathlib import Path

TYPES = {"swift.struct", "swift.enum", "swift.class", "swift.protocol", "swift.typealias"}


def graphs(folder):
    for path in sorted(Path(folder).glob("*.symbols.json")):
        yield json.loads(path.read_text())


def module_of(graph):
    return graph["module"]["name"]


def place(symbol):
    location = symbol.get("location")
    if location is None:
        return "(no place)"
    path = location["uri"].removeprefix("file://")
    path = path[path.find("/Sources/") + 1 :] if "/Sources/" in path else path
    return f"{path}:{location['position']['line'] + 1}"


def undocumented(folder):
    found = defaultdict(list)
    for graph in graphs(folder):
        # What fulfils a protocol's requirement has the requirement's comment, and what the
        # compiler makes up has no place.
        inherited = {r["source"] for r in graph["relationships"] if "sourceOrigin" in r}
        for symbol in graph["symbols"]:
            text = "".join(l["text"] for l in symbol.get("docComment", {}).get("lines", []))
            if not text.strip() and symbol["identifier"]["precise"] not in inherited:
                if "location" in symbol and symbol["kind"]["identifier"] != "swift.extension":
                    found[module_of(graph)].append(
                        f"{place(symbol)}: {'.'.join(symbol['pathComponents'])}")
    return found


def same_names(folder):
    modules = defaultdict(set)
    for graph in graphs(folder):
        for symbol in graph["symbols"]:
            if symbol["kind"]["identifier"] in TYPES and len(symbol["pathComponents"]) == 1:
                modules[symbol["pathComponents"][0]].add((module_of(graph), place(symbol)))
    # What a module exports again is the same type, at the same place.
    return {
        name: where
        for name, where in sorted(modules.items())
        if len({place for _, place in where}) > 1
    }


def list_declarations(folder, wanted):
    for graph in graphs(folder):
        if module_of(graph) != wanted:
            continue
        for symbol in sorted(graph["symbols"], key=lambda symbol: symbol["pathComponents"]):
            indent = "    " * (len(symbol["pathComponents"]) - 1)
            for line in symbol.get("docComment", {}).get("lines", []):
                print(f"{indent}/// {line['text']}".rstrip())
            text = "".join(part["spelling"] for part in symbol["declarationFragments"])
            print(f"{indent}{text}\n")


def main():
    if sys.argv[2:3] == ["--list"]:
        return list_declarations(sys.argv[1], sys.argv[3])
    folder = sys.argv[1]
    count = sum(len(graph["symbols"]) for graph in graphs(folder))
    if count == 0:
        sys.exit(f"check-interface: no symbols in {folder}")
    failures = 0
    for module, declarations in sorted(undocumented(folder).items()):
        print(f"{module}: {len(declarations)} public declarations have no documentation comment:")
        print("".join(f"  {line}\n" for line in sorted(declarations)), end="")
        failures += len(declarations)
    for name, where in same_names(folder).items():
        print(f"{name} is the name of several public types:")
        print("".join(f"  {module}: {place}\n" for module, place in sorted(where)), end="")
        failures += 1
    if failures:
        sys.exit(f"check-interface: {failures} to be put right")
    print(f"interfaces: {count} public declarations, all documented, no type's name used twice")


main()
